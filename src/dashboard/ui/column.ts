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
