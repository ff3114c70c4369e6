/**
 * Where a key moves in a list: j/k and arrows by one, Page keys by `page`, Home/g and End/G to the
 * ends. From nowhere (-1) any move but to an end goes to the row `start`. Undefined: not a key that moves.
 */
export function moveInList(key: string, at: number, count: number, page: number, start = 0): number | undefined {
  if (count === 0) return undefined;
  if (at < 0 && ['j', 'k', 'ArrowDown', 'ArrowUp', 'PageDown', 'PageUp'].includes(key)) return start;
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
