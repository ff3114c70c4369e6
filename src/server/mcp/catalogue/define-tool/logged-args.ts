import { digest } from '../../../../protocol/digest.ts';

/** Bytes of a call's arguments in the log, and characters of one of them. */
const MOST_BYTES = 1024;
const MOST_CHARACTERS = 200;

/** What the log has of a call's arguments, as its tool declares. */
export interface LoggedArguments {
  /** Arguments that it has as they were given, cut short: names, ids, paths, numbers. Never content, tokens or passwords. */
  readonly logs: readonly string[];
  /** Arguments of which it has the size alone, as `text_bytes`. */
  readonly logsSizeOf?: readonly string[];
}

/** A bounded summary of a call's arguments for `tool.called`; undefined where there is nothing to say. */
export function loggedArgs(
  given: unknown,
  { logs, logsSizeOf = [] }: LoggedArguments,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const args: Readonly<Record<string, unknown>> = { ...given };
  const known: Record<string, unknown> = {};
  for (const name of logs) {
    const value = short(args[name]);
    if (value !== undefined) known[name] = value;
  }
  for (const name of logsSizeOf) {
    const value = args[name];
    if (typeof value === 'string') known[`${name}_bytes`] = Buffer.byteLength(value);
  }
  if (Object.keys(known).length === 0) return undefined;
  return digest(known, MOST_BYTES) as Record<string, unknown>; // of an object it is an object
}

/** Arguments may be wrong: of what no tool takes there is nothing. */
function short(value: unknown): unknown {
  if (typeof value === 'string') return digest(value.toWellFormed(), MOST_CHARACTERS);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  return Array.isArray(value)
    ? value
        .slice(0, 10)
        .filter((one) => typeof one === 'string')
        .map(short)
    : undefined;
}
