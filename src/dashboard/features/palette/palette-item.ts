import type { ReactNode } from 'react';
import type { PaletteScope } from './palette-query.ts';
import { bestOf, LETTERS_IN_ORDER, paletteScore } from './palette-score.ts';

/** A line of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  /** What is searched, where that is more than the label. */
  readonly searched?: string;
  readonly detail?: string | undefined;
  /** Its shortcut: keys to press one after the other. */
  readonly keys?: readonly string[];
  readonly icon: ReactNode;
  readonly run: () => void;
}

export interface PaletteGroup {
  readonly label: string;
  /** The sign at the beginning of a query that keeps this group; undefined: only a query without a sign does. */
  readonly scope: PaletteScope | undefined;
  readonly items: readonly PaletteItem[];
}

/** The properties that all icons of the palette share. */
export const paletteIcon = { size: 15, strokeWidth: 1.75, 'aria-hidden': true } as const;

/** Lines of a group that are shown. */
export const MOST_IN_GROUP = 6;

/** The `most` lines that match best. Letters in order are looked for in the label alone: an id has nearly all of them. */
export function bestItems(items: readonly PaletteItem[], text: string, most = MOST_IN_GROUP): readonly PaletteItem[] {
  const isNamed = (item: PaletteItem): boolean =>
    paletteScore(text, searchedIn(item)) !== LETTERS_IN_ORDER || paletteScore(text, item.label) !== undefined;
  return bestOf(items.filter(isNamed), text, searchedIn, most);
}

/** What of a line is compared with the query. */
export function searchedIn({ label, searched }: PaletteItem): string {
  return searched ?? label;
}
