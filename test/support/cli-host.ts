import type { CliHost } from '../../src/cli/host.ts';
import { MessageWaiter } from './message-waiter.ts';

/** A command line's process, as far as a command may touch it, within the test's own. */
export interface TestCliHost extends CliHost {
  out(): string;
  err(): string;
  /** What Ctrl-C does. */
  interrupt(signal?: NodeJS.Signals): void;
  /** Resolves when stdout holds what `test` wants. */
  until(test: (out: string) => boolean): Promise<void>;
}

/** @param answer what the person says when asked; nobody can be asked without one */
export function cliHost(env: Readonly<Record<string, string>> = {}, answer?: boolean): TestCliHost {
  let [out, err] = ['', ''];
  const listeners = new Set<(signal?: NodeJS.Signals) => void>();
  const written = new MessageWaiter();
  return {
    env,
    isTerminal: false,
    write(text) {
      out += text;
      written.changed();
    },
    confirm: () => Promise.resolve(answer),
    writeError(text) {
      err += text;
    },
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    out: () => out,
    err: () => err,
    interrupt(signal) {
      for (const listener of listeners) listener(signal);
    },
    async until(test) {
      await written.until(() => test(out) || undefined);
    },
  };
}
