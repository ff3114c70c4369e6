/** So many are listed at first; one more is not worth a button. */
const FIRST = 5;

/**
 * The versions to list, newest first, and how many are not: the newest few until all are asked for, and always up to the
 * one that is shown.
 */
export function newestVersions<V extends { readonly version: number }>(
  versions: readonly V[],
  shown: number,
  isOpen: boolean,
): { readonly listed: readonly V[]; readonly hidden: number } {
  const upTo = Math.max(FIRST, versions.findIndex(({ version }) => version === shown) + 1);
  if (isOpen || versions.length <= upTo + 1) return { listed: versions, hidden: 0 };
  return { listed: versions.slice(0, upTo), hidden: versions.length - upTo };
}
