import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that works on jobs, one after another. */
export interface JobProcess {
  send(message: unknown): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

/** What a process is started with. */
export interface JobProcessStart {
  /** The module that it runs. */
  readonly entry: URL;
  readonly args: readonly string[];
  /** Of its memory, what JavaScript may take. */
  readonly heapMiB: number;
  /** Called with whatever it sends. */
  readonly onMessage: (message: unknown) => void;
  /** Called once, when it is gone and all that it sent was handled: with how it ended, to follow "it". */
  readonly onExit: (how: string) => void;
}

/** Starts a process: Node's in the command line, Electron's in the desktop app. */
export type StartJobProcess = (start: JobProcessStart) => JobProcess;

/** A job's process on the Node that runs the hub. What it prints goes nowhere. */
export const forkJobProcess: StartJobProcess = ({ entry, args, heapMiB, onMessage, onExit }) => {
  const child = fork(fileURLToPath(entry), args, {
    execArgv: [`--max-old-space-size=${heapMiB}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.on('message', onMessage);
  child.once('exit', (code, signal) => {
    const end = (): void => onExit(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
    // What it sent last may not have been read yet.
    if (child.connected) child.once('disconnect', end);
    else end();
  });
  child.once('error', (error) => {
    if (child.pid === undefined) onExit(`could not be started (${error.message})`);
  });
  return {
    // One that is ending takes no message; its exit says all that there is to say.
    send: (message) => void child.send(message as object, () => undefined),
    kill: () => void child.kill('SIGKILL'),
  };
};
