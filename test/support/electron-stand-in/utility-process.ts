import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

interface Options {
  readonly env?: Record<string, string>;
}

/** In the process: what Electron puts in place of `process.send`. */
const port = new URL('./parent-port.ts', import.meta.url).href;

export const utilityProcess = {
  fork(module: string, args: readonly string[], { env }: Options) {
    const child = fork(module, args, {
      execArgv: ['--import', port],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...(env && { env }),
    });
    const handle = new EventEmitter();
    child.once('spawn', () => handle.emit('spawn'));
    child.on('message', (message) => handle.emit('message', message));
    child.once('exit', (code) => handle.emit('exit', code ?? 1));
    return Object.assign(handle, {
      pid: child.pid,
      kill: () => child.kill(),
      postMessage: (message: object) => void child.send(message),
    });
  },
};
