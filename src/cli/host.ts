import { toWire, type HubError } from '../protocol/errors.ts';
import { escapeLineSeparators } from '../protocol/words/line-separators.ts';

/** What a command may touch of the process that it runs in. */
export interface CliHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  write(text: string): void;
  writeError(text: string): void;
  /** Whether a terminal shows the output: `SIGHUP` says then that it was closed. */
  readonly isTerminal: boolean;
  /** Asks the person; undefined where nobody can be asked. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Calls `listener` when the person wants the command to end, with the signal if it was one; returns the unsubscribe. */
  onSignal(listener: (signal?: NodeJS.Signals) => void): () => void;
}

/** Exit codes; scripts branch on them. */
export const EXIT = {
  ok: 0,
  /** The hub refused, or something broke; stderr has the code and what to do. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** No hub is running there. */
  noHub: 3,
  /** `audit verify`: the log was changed or damaged. */
  notVerified: 4,
} as const;

/** Thrown by a command that ends with an exit code other than 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly error: HubError;
  readonly exitCode: number;

  constructor(error: HubError, exitCode: number) {
    super(error.message);
    this.error = error;
    this.exitCode = exitCode;
  }
}

/** Prints on stderr why a command failed: `code: message`, or with `--json` the error's wire form. */
export function reportError(host: CliHost, error: unknown, asJson: boolean): void {
  const wire = toWire(error);
  host.writeError(
    asJson ? `${escapeLineSeparators(JSON.stringify({ error: wire }))}\n` : `${wire.code}: ${wire.message}\n`,
  );
}

/** One JSON value on a line of its own, also for readers that end lines at U+2028, as Node's `readline` does. */
export function writeJson(host: CliHost, value: unknown): void {
  host.write(`${escapeLineSeparators(JSON.stringify(value))}\n`);
}
