import type { Worker } from 'node:worker_threads';
import { startWriter } from '../../src/hub/log/start-writer.ts';
import type { ToWriter } from '../../src/hub/log/writer-messages.ts';

/** A disk that can be stopped: meanwhile nothing that the hub sends to its log is written, and nothing fails. */
export interface StoppableDisk {
  /** For the hub. */
  readonly startWriter: () => Worker;
  stop(): void;
  /** Writes what has come meanwhile, and goes on. */
  goOn(): void;
}

/** For one hub at a time. Let it go on before the hub is closed. */
export function stoppableDisk(): StoppableDisk {
  let held: (() => void)[] | undefined;
  return {
    startWriter: () => {
      const worker = startWriter();
      const post = worker.postMessage.bind(worker) as (message: ToWriter) => void;
      worker.postMessage = (message: ToWriter): void => {
        if (held) held.push(() => post(message));
        else post(message);
      };
      return worker;
    },
    stop: () => void (held ??= []),
    goOn: () => {
      const sent = held ?? [];
      held = undefined;
      for (const send of sent) send();
    },
  };
}
