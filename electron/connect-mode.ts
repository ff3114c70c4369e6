import { app } from 'electron';

/** `signalbox connect` in this process: no window, no hub, and the app may run beside it. */
export async function connectOnly(args: readonly string[]): Promise<void> {
  app.dock?.hide();
  const { runConnect } = await import('../src/connect/run-connect.ts');
  const { processStreams } = await import('../src/connect/process-streams.ts');
  process.stderr.on('error', () => undefined);
  app.exit(await runConnect(args, processStreams(undefined)));
}
