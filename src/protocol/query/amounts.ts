import type { Amount } from './ast.ts';
import type { ValueKind } from './query-keys.ts';

type AmountKind = Extract<ValueKind, 'size' | 'duration' | 'number'>;

/** Units by what they may be written as, largest first; printing takes the first name of each. */
const UNITS: Readonly<Record<AmountKind, readonly (readonly [number, ...string[]])[]>> = {
  size: [
    [1024 ** 3, 'g', 'gb', 'gib'],
    [1024 ** 2, 'm', 'mb', 'mib'],
    [1024, 'k', 'kb', 'kib'],
    [1, 'b', ''],
  ],
  duration: [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm', 'min'],
    [1_000, 's', 'sec'],
    [1, 'ms', ''],
  ],
  number: [[1, '']],
};

/** What an amount of each kind looks like, for messages. */
export const amountExamples: Readonly<Record<AmountKind, readonly string[]>> = {
  size: ['>10k', '<1m', '10k..1m'],
  duration: ['>500ms', '<2s', '1s..5s'],
  number: ['200', '>=400', '400..499'],
};

/**
 * Reads `10k`, `>10k`, `>=10k`, `<10k`, `<=10k`, `=10k`, `10k..1m`, and of numbers `4xx`. A size or a duration without
 * a sign is the least. Undefined for what is none of these, or is not a number that can be held exactly.
 */
export function readAmount(text: string, kind: AmountKind): Amount | undefined {
  const hundred = kind === 'number' ? /^([1-9])xx$/iu.exec(text)?.[1] : undefined;
  if (hundred !== undefined) return { kind: 'amount', least: Number(hundred) * 100, most: Number(hundred) * 100 + 99 };
  const range = /^(.+?)\.\.(.+)$/u.exec(text);
  if (range) {
    const [least, most] = [readOne(range[1] ?? '', kind), readOne(range[2] ?? '', kind)];
    return least === undefined || most === undefined || least > most ? undefined : { kind: 'amount', least, most };
  }
  const [, sign = '', rest = ''] = /^(>=|<=|>|<|=)?(.*)$/su.exec(text) ?? [];
  const value = readOne(rest, kind);
  if (value === undefined) return undefined;
  switch (sign) {
    case '>':
      return { kind: 'amount', least: value, isOpen: true };
    case '>=':
      return { kind: 'amount', least: value };
    case '<':
      return { kind: 'amount', most: value, isOpen: true };
    case '<=':
      return { kind: 'amount', most: value };
    case '':
      return kind === 'number' ? { kind: 'amount', least: value, most: value } : { kind: 'amount', least: value };
    default:
      return { kind: 'amount', least: value, most: value };
  }
}

/** The inverse of {@link readAmount}, in the largest unit that needs no fraction. */
export function printAmount({ least, most, isOpen }: Amount, kind: AmountKind): string {
  if (least !== undefined && most !== undefined) {
    return least === most ? `=${printOne(least, kind)}` : `${printOne(least, kind)}..${printOne(most, kind)}`;
  }
  const orEqual = isOpen ? '' : '=';
  return least === undefined ? `<${orEqual}${printOne(most ?? 0, kind)}` : `>${orEqual}${printOne(least, kind)}`;
}

/** Whether a number is within an amount. */
export function isWithin(value: number, { least, most, isOpen }: Amount): boolean {
  if (isOpen) return least === undefined ? value < (most ?? 0) : value > least;
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}

/** A whole number of bytes or ms, from a number with at most 15 digits and a unit. */
function readOne(text: string, kind: AmountKind): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s?([a-z]*)$/iu.exec(text) ?? [];
  if (digits === undefined || (kind === 'number' && digits.includes('.'))) return undefined;
  const factor = UNITS[kind].find(([, ...names]) => names.includes(unit.toLowerCase()))?.[0];
  if (factor === undefined) return undefined;
  const value = Math.round(Number(digits) * factor);
  return Number.isSafeInteger(value) ? value : undefined;
}

function printOne(value: number, kind: AmountKind): string {
  const units = UNITS[kind];
  const [factor, name] = (value > 0 && units.find(([factor]) => value % factor === 0)) || (units.at(-1) ?? [1, '']);
  return `${value / factor}${name}`;
}
