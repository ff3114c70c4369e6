import type { ConnectHost } from './run-connect.ts';

/** This process as `signalbox connect` sees it. @param serve the command line of a hub, where one can be started */
export function processStreams(serve: readonly string[] | undefined): ConnectHost {
  return {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal: (listener) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, listener);
    },
    serve,
  };
}
