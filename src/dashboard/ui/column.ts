import type { ReactNode } from 'react';

/** A column of a virtual table. */
export interface Column<T> {
  readonly key: string;
  readonly label: string;
  /** The label is for screen readers only. */
  readonly isLabelHidden?: boolean;
  /** A CSS grid track: `90px`, `minmax(120px, 2fr)`. */
  readonly width: string;
  readonly render: (row: T) => ReactNode;
  readonly align?: 'end';
  readonly sortable?: boolean;
}

/** By which column a table is sorted. */
export interface TableSort {
  readonly key: string;
  readonly descending: boolean;
}

const GAP_PX = 12;
/** Left and right of the cells, with the edge that marks a row. */
const MARGINS_PX = 32;
/** The box of a row that can be marked takes as much of the left margin as it needs, and its gap. */
const MARK_PX = 15 + GAP_PX - 8;

/** The least width of rows with these columns, px: below it a list scrolls sideways. Widths begin with their least. */
export function leastWidth(columns: readonly Pick<Column<never>, 'width'>[], hasMarks: boolean): number {
  const cells = columns.reduce((sum, { width }) => sum + Number(/[\d.]+(?=px)/u.exec(width)?.[0] ?? 0), 0);
  return cells + GAP_PX * (columns.length - 1) + MARGINS_PX + (hasMarks ? MARK_PX : 0);
}

/** What a list's scroll bar takes of its width, px. */
const SCROLL_BAR_PX = 15;

/**
 * The columns of a list without marks that is `width` px wide.
 *
 * @param sets those with most first: the first that fits without scrolling sideways is taken
 * @param least where none of them fits
 */
export function columnsThatFit<C extends readonly Pick<Column<never>, 'width'>[]>(
  width: number,
  sets: readonly C[],
  least: C,
): C {
  return sets.find((columns) => leastWidth(columns, false) + SCROLL_BAR_PX <= width) ?? least;
}
