import type { Diagram, DiagramRow, Participant } from '../../../../protocol/handshake/model.ts';
import { findingTitles, guardText, participantNames, rowText } from '../../../../protocol/handshake/row-words.ts';
import { formatDuration } from '../../../../protocol/words/units.ts';

/** What a shape means; each host gives it a colour. */
export type Ink = 'text' | 'dim' | 'line' | 'proceed' | 'waiting' | 'refused';

export type Shape =
  | {
      readonly kind: 'line';
      readonly x1: number;
      readonly x2: number;
      readonly y: number;
      readonly ink: Ink;
      readonly isDashed: boolean;
    }
  /** The point of an arrow; `cross`: it was not answered. */
  | {
      readonly kind: 'point';
      readonly x: number;
      readonly y: number;
      readonly toward: 1 | -1;
      readonly ink: Ink;
      readonly isCross: boolean;
    }
  | {
      readonly kind: 'box';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly ink: Ink;
      readonly isDashed: boolean;
    }
  /** A bar on a participant, over several rows. */
  | { readonly kind: 'span'; readonly x: number; readonly y: number; readonly height: number; readonly ink: Ink }
  | {
      readonly kind: 'text';
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly ink: Ink;
      readonly isStrong?: boolean;
    };

export interface PlacedRow {
  readonly row: DiagramRow;
  readonly y: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
  /** Its text, for screen readers. */
  readonly label: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly participants: readonly { readonly participant: Participant; readonly name: string; readonly x: number }[];
  readonly rows: readonly PlacedRow[];
}

/** Room for the times at the left, in px. */
const GUTTER = 74;
/** Width of a character of the drawing's typeface, in px. */
const CHARACTER = 6.7;
const LINE = 18;
const ARROW = 32;
/** Room around a text in its box, in px. */
const PAD = 8;

/** Places the rows of a diagram below each other. @param width in px */
export function layoutOf({ participants, rows }: Diagram, width: number): Layout {
  const step = (width - GUTTER) / participants.length;
  const columns = participants.map((participant, at) => ({
    participant,
    name: participantNames[participant],
    x: Math.round(GUTTER + step * (at + 0.5)),
  }));
  const x = (participant: Participant): number =>
    columns.find((column) => column.participant === participant)?.x ?? GUTTER;
  const placed: PlacedRow[] = [];
  let y = 0;
  let before = 0;
  for (const row of rows) {
    const passed = Math.max(0, row.ms - before);
    before = Math.max(before, row.ms);
    const one = placedRow(row, { y, x, width, passed: placed.length === 0 ? undefined : passed });
    placed.push(one);
    y += one.height;
  }
  const end = y + PAD;
  return { width, height: end, participants: columns, rows: placed.map((one) => withSpan(one, placed, { x, end })) };
}

/** What lasts is a bar on its participant: down to the row with its answer, or to the end as long as there is none. */
function withSpan(
  one: PlacedRow,
  placed: readonly PlacedRow[],
  { x, end }: { readonly x: (participant: Participant) => number; readonly end: number },
): PlacedRow {
  const { row, y, height, shapes } = one;
  if (row.kind !== 'bar') return one;
  const answer = placed.find((other) => other.row.id === row.frameId && other.y > y);
  const from = y + height - 5;
  const to = answer === undefined ? end : answer.y + 22;
  if (to <= from) return one;
  return {
    ...one,
    shapes: [...shapes, { kind: 'span', x: x(row.participant) - 4, y: from, height: to - from, ink: 'waiting' }],
  };
}

interface RowPlace {
  readonly y: number;
  readonly x: (participant: Participant) => number;
  readonly width: number;
  /** Ms since the row before; undefined of the first. */
  readonly passed: number | undefined;
}

function placedRow(row: DiagramRow, place: RowPlace): PlacedRow {
  const { y, width, passed } = place;
  const titles = findingTitles(row);
  const { shapes, height } = drawn(row, place);
  const time: readonly Shape[] =
    passed === undefined || row.kind === 'guards' || row.kind === 'complete'
      ? []
      : [{ kind: 'text', x: GUTTER - 10, y: y + 20, text: `+${formatDuration(passed)}`, anchor: 'end', ink: 'dim' }];
  const notes = titles.map((title, at): Shape => {
    const from = row.kind === 'arrow' ? Math.min(place.x(row.from), place.x(row.to)) : GUTTER;
    const text = cut(`▲ ${title}`, width - from - 24);
    return {
      kind: 'text',
      x: from + 14,
      y: y + height + 12 + at * LINE,
      text,
      anchor: 'start',
      ink: 'refused',
      isStrong: true,
    };
  });
  return {
    row,
    y,
    height: height + titles.length * LINE,
    shapes: [...time, ...shapes, ...notes],
    label: [labelOf(row), ...titles.map((title) => `Deviates: ${title}`)].join('. '),
  };
}

function labelOf(row: DiagramRow): string {
  const text = rowText(row);
  return row.kind === 'arrow' ? `${participantNames[row.from]} to ${participantNames[row.to]}: ${text}` : text;
}

function drawn(row: DiagramRow, place: RowPlace): { readonly shapes: readonly Shape[]; readonly height: number } {
  const { y, x, width } = place;
  switch (row.kind) {
    case 'arrow': {
      const [from, to] = [x(row.from), x(row.to)];
      const toward = to > from ? 1 : -1;
      const ink = inkOf(row);
      const at = y + 25;
      const middle = (from + to) / 2;
      const room = 2 * Math.min(middle - GUTTER, width - middle) - PAD;
      return {
        shapes: [
          { kind: 'line', x1: from, x2: to - toward * 2, y: at, ink, isDashed: row.line === 'dashed' },
          { kind: 'point', x: to - toward, y: at, toward, ink, isCross: row.tone === 'pending' },
          {
            kind: 'text',
            x: middle,
            y: y + 18,
            text: cut(row.text, room),
            anchor: 'middle',
            ink: row.tone === 'refused' ? 'refused' : row.tone === 'quiet' ? 'dim' : 'text',
          },
        ],
        height: ARROW,
      };
    }
    case 'guards': {
      const texts = row.guards.map(guardText);
      const lines = [texts.slice(0, 2).join(' · '), texts.slice(2).join(' · ')];
      return boxed(lines, { at: x('edge'), y, width, ink: row.tone === 'refused' ? 'refused' : 'line' });
    }
    case 'complete':
      return boxed([`✓ ${rowText(row)}`], { at: (GUTTER + width) / 2, y, width, ink: 'proceed', isWide: true });
    case 'bar':
      return boxed([`▮ ${rowText(row)}`], { at: x(row.participant), y, width, ink: 'waiting' });
    case 'fold':
      return boxed([`⋯ ${rowText(row)}`], { at: x(row.participant), y, width, ink: 'dim', isDashed: true });
    case 'note':
      return boxed([rowText(row)], {
        at: x(row.participant),
        y,
        width,
        ink: row.tone === 'refused' ? 'refused' : 'dim',
      });
    default:
      return row satisfies never;
  }
}

interface BoxPlace {
  /** The middle, in px, as far as there is room. */
  readonly at: number;
  readonly y: number;
  readonly width: number;
  readonly ink: Ink;
  readonly isDashed?: boolean;
  /** Over all participants. */
  readonly isWide?: boolean;
}

function boxed(
  texts: readonly string[],
  { at, y, width, ink, isDashed = false, isWide = false }: BoxPlace,
): { readonly shapes: readonly Shape[]; readonly height: number } {
  const most = width - GUTTER - PAD;
  const lines = texts.map((text) => cut(text, most - 2 * PAD));
  const longest = Math.max(...lines.map((line) => line.length)) * CHARACTER + 2 * PAD;
  const boxWidth = isWide ? most : Math.min(most, longest);
  const left = Math.min(Math.max(at - boxWidth / 2, GUTTER), width - PAD - boxWidth);
  const height = lines.length * LINE + 4;
  const words = ink === 'line' ? 'text' : ink;
  return {
    shapes: [
      { kind: 'box', x: left, y: y + 5, width: boxWidth, height, ink, isDashed },
      ...lines.map((text, line): Shape => ({
        kind: 'text',
        x: isWide ? at : left + PAD,
        y: y + 18 + line * LINE,
        text,
        anchor: isWide ? 'middle' : 'start',
        ink: words,
      })),
    ],
    height: height + 10,
  };
}

function inkOf({ tone }: DiagramRow): Ink {
  switch (tone) {
    case 'ok':
      return 'proceed';
    case 'refused':
      return 'refused';
    case 'pending':
      return 'waiting';
    case 'quiet':
      return 'dim';
    case 'plain':
      return 'text';
    default:
      return tone satisfies never;
  }
}

/** A text that fits into so many px. */
function cut(text: string, px: number): string {
  const most = Math.max(1, Math.floor(px / CHARACTER));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
