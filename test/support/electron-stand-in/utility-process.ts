import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

export const utilityProcess = {
  fork(module: string, args: readonly string[], options: { env: Record<string, string> }) {
    const child = fork(module, args, { env: options.env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const handle = new EventEmitter();
    child.once('exit', (code) => handle.emit('exit', code));
    return Object.assign(handle, { pid: child.pid, kill: () => child.kill() });
  },
};
