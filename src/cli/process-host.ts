import type { CliHost } from './host.ts';

/** Ctrl-C, a service manager's stop, a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command's host: this process. */
export class ProcessHost implements CliHost {
  readonly env = process.env;
  readonly isTerminal = process.stdout.isTTY || process.stderr.isTTY;
  readonly #listeners = new Set<(signal?: NodeJS.Signals) => void>();
  #readerLeft = false;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#onReaderLeft();
    });
    // A reader that closes stderr still gets stdout.
    process.stderr.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }

  write(text: string): void {
    if (!this.#readerLeft) process.stdout.write(text);
  }

  writeError(text: string): void {
    process.stderr.write(text);
  }

  async confirm(question: string): Promise<boolean | undefined> {
    if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
    const { createInterface } = await import('node:readline/promises');
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(?:es)?$/iu.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
      terminal.close();
    }
  }

  onSignal(listener: (signal?: NodeJS.Signals) => void): () => void {
    this.#listeners.add(listener);
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      this.#listeners.delete(listener);
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  }

  /**
   * Ends the process when its readers have taken all output: what is still queued for a pipe at exit is lost.
   * The command has closed everything by now; a handle that stays open must not keep the shell waiting.
   */
  async exit(exitCode: number): Promise<never> {
    await Promise.all([drained(process.stdout), drained(process.stderr)]);
    process.exit(exitCode);
  }

  /** A reader that has seen enough (`| head`) closes the pipe. That is no error: the command ends as if interrupted. */
  #onReaderLeft(): void {
    if (this.#readerLeft) return;
    this.#readerLeft = true;
    for (const listener of this.#listeners) listener();
  }
}

/** Resolves when all output has been written, or cannot be. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
