/**
 * Where a key moves in a list: j/k and arrows by one, Page keys by `page`, Home/g and End/G to the
 * ends. From nowhere (-1) any move goes to the first row. Undefined: not a key that moves.
 */
export function moveInList(key: string, at: number, count: number, page: number): number | undefined {
  if (count === 0) return undefined;
  const last = count - 1;
  const clamp = (to: number): number => Math.min(last, Math.max(0, to));
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return clamp(at + 1);
    case 'k':
    case 'ArrowUp':
      return clamp(at - 1);
    case 'PageDown':
      return clamp(at + page);
    case 'PageUp':
      return clamp(at - page);
    case 'Home':
      return 0;
    case 'End':
    case 'G':
      return last;
    default:
      return undefined;
  }
}
