import { remembered, type Remembered } from '../../remembered.ts';

const LEAST = 300;
const MOST = 760;

/** A width that leaves room for the inspector's text and for the screen beside it, px. */
export function clampWidth(width: number): number {
  return Math.round(Math.min(MOST, Math.max(LEAST, Number.isFinite(width) ? width : LEAST)));
}

/** Where the chosen width is kept for the next visit. */
export function widthMemory(): Remembered {
  return remembered('inspector-width', () => window.localStorage);
}
