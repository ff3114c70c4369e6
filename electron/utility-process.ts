import { fileURLToPath } from 'node:url';
import { utilityProcess } from 'electron';
import type { HubServerOptions } from '../src/server/hub-server.ts';

/**
 * A job's process in the desktop app, where Electron's binary does not run as Node. V8's flags cannot
 * be given to it, so its memory is bounded by the thread that watches it alone.
 */
export const startJobProcess: NonNullable<HubServerOptions['startJobProcess']> = (start) => {
  const child = utilityProcess.fork(fileURLToPath(start.entry), [...start.args], {
    serviceName: 'Signalbox job',
    stdio: 'ignore',
  });
  let isGone = false;
  child.on('message', start.onMessage);
  child.once('exit', (code) => {
    isGone = true;
    start.onExit(`ended with code ${code}`);
  });
  // Electron's own kill asks politely, which a busy process does not hear.
  const kill = (): void => {
    if (!isGone && child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
  };
  return {
    send: (message) => child.postMessage(message),
    kill: () => {
      if (child.pid === undefined) child.once('spawn', kill);
      else kill();
    },
  };
};
