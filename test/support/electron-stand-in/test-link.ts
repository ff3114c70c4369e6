/** What the stand-in tells the test that started it, one JSON object a message. */
export function toTest(fact: Record<string, unknown>): void {
  process.send?.(fact);
}

export function fromTest(listener: (message: unknown) => void): void {
  process.on('message', listener);
}
