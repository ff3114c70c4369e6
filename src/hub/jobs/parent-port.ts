import type { JobTask } from '../../jobs/job-task.ts';

/** A job's process' end of the line to the hub. */
export interface ParentPort {
  /** @param sent called when the message has left, in Electron right away */
  send(message: unknown, sent?: () => void): void;
  onTask(listener: (task: JobTask) => void): void;
}

/** What Electron gives its utility processes in place of Node's `process.send`. */
interface ElectronPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): void;
}

/** The line to the hub, whichever of the two has started this process. It ends when the hub is gone. */
export function parentPort(): ParentPort {
  const { parentPort: electron } = process as { readonly parentPort?: ElectronPort };
  if (electron) {
    return {
      send: (message, sent) => {
        electron.postMessage(message);
        if (sent) setImmediate(sent);
      },
      onTask: (listener) => electron.on('message', ({ data }) => listener(data as JobTask)), // the hub's
    };
  }
  process.once('disconnect', () => process.exit());
  return {
    send: (message, sent) => void process.send?.(message, undefined, undefined, () => sent?.()),
    onTask: (listener) => void process.on('message', (task) => listener(task as JobTask)), // the hub's
  };
}
