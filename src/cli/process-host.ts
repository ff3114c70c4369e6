import type { CliHost } from './host.ts';

/** Ctrl-C, what service managers send, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A command's host that is this very process. */
export class ProcessHost implements CliHost {
  readonly env = process.env;
  readonly #listeners = new Set<() => void>();
  #readerLeft = false;

  constructor() {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#onReaderLeft();
    });
    // Whoever does not read complaints has no less a right to the rest.
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

  onSignal(listener: () => void): () => void {
    this.#listeners.add(listener);
    for (const signal of SIGNALS) process.on(signal, listener);
    return () => {
      this.#listeners.delete(listener);
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  }

  /**
   * Ends the process once its readers have taken all that was written: what is still queued for a pipe
   * when a process exits is lost. Everything that a command opened is closed by now; what lingers all the
   * same must not keep the shell waiting.
   */
  async exit(exitCode: number): Promise<never> {
    await Promise.all([drained(process.stdout), drained(process.stderr)]);
    process.exit(exitCode);
  }

  /** A reader that has seen enough (`| head`) closes the pipe. That is no error: what runs on ends as if interrupted. */
  #onReaderLeft(): void {
    if (this.#readerLeft) return;
    this.#readerLeft = true;
    for (const listener of this.#listeners) listener();
  }
}

/** Resolves when what was written has gone out, or can't any more. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
