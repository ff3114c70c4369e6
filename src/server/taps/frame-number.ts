/** The number of a frame of this launch, from its id. */
export function frameNumber(id: string): number {
  return Number(id.slice(id.lastIndexOf('_') + 1));
}
