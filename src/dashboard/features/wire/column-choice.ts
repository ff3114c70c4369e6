import { z } from 'zod';
import type { Remembered } from '../../remembered.ts';
import type { Column } from '../../ui/column.ts';
import type { WireRow } from './wire-rows.ts';

/** A column as the person has it. */
const schema = z.array(z.object({ key: z.string().max(40), widthPx: z.number().min(40).max(900).optional() })).max(40);
export type ColumnChoice = z.infer<typeof schema>;

/** What one step makes a column wider or narrower, px. */
export const STEP_PX = 24;
const LEAST_PX = 40;
const MOST_PX = 900;

/** The columns that this browser remembers; the usual ones where it remembers none that can be read. */
export function readChoice(memory: Remembered, usual: readonly string[]): ColumnChoice {
  try {
    const read = schema.parse(JSON.parse(memory.get() ?? 'null'));
    if (read.length > 0) return read;
  } catch {
    // Nothing is remembered, or in the form of another version.
  }
  return usual.map((key) => ({ key }));
}

/** The columns of a choice, in its order and widths. Names that are no column's are left out. */
export function chosenColumns(choice: ColumnChoice, all: readonly Column<WireRow>[]): readonly Column<WireRow>[] {
  return choice.flatMap(({ key, widthPx }) => {
    const column = all.find((each) => each.key === key);
    if (!column) return [];
    return [widthPx === undefined ? column : { ...column, width: `${widthPx}px` }];
  });
}

/** Shows a column, at the end, or leaves it out; the last one stays. */
export function toggled(choice: ColumnChoice, key: string): ColumnChoice {
  const others = choice.filter((column) => column.key !== key);
  if (others.length === choice.length) return [...choice, { key }];
  return others.length === 0 ? choice : others;
}

/** Moves a column one place to the front (-1) or to the end (1). */
export function moved(choice: ColumnChoice, key: string, by: -1 | 1): ColumnChoice {
  const at = choice.findIndex((column) => column.key === key);
  const to = at + by;
  const [column, other] = [choice[at], choice[to]];
  if (!column || !other) return choice;
  return choice.with(at, other).with(to, column);
}

/** Makes a column wider or narrower by a step, from the least that it has by itself. */
export function resized(choice: ColumnChoice, key: string, by: -1 | 1, own: string): ColumnChoice {
  const least = Number(/(\d+)px/u.exec(own)?.[1] ?? 100);
  return choice.map((column) => {
    if (column.key !== key) return column;
    const widthPx = Math.min(MOST_PX, Math.max(LEAST_PX, (column.widthPx ?? least) + by * STEP_PX));
    return { ...column, widthPx };
  });
}
