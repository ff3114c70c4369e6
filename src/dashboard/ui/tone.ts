/** Colour by meaning: green proceed, amber waiting, red refused; accent is "here"; none is plain. */
export type Tone = 'proceed' | 'waiting' | 'refused' | 'accent';

/** The CSS colour of a tone; the dim text colour where there is none. */
export function toneColor(tone: Tone | undefined): string {
  return tone === undefined ? 'var(--sb-dim)' : `var(--sb-${tone})`;
}
