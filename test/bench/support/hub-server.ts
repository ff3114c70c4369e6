// Signalbox as it ships, in a data directory of its own, controlled by messages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { updateWorkspace } from '../../../src/hub/rules/workspaces.ts';
import { boundYoungGeneration } from '../../../src/cli/young-generation.ts';
import { createKeyWithSecret } from '../../../src/server/desk/new-key.ts';
import { startHub } from '../../../src/server/start.ts';
import { flood, type floods } from './floods.ts';
import { loopDelay, watchLoop } from './loop-delay.ts';

boundYoungGeneration(); // as the command line does
const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
const dashboardDir = process.env['BENCH_DASHBOARD'];
/** Thousands of a bench's streams have one key, so that they share its cost; in use a key has far fewer. */
const many = { 'sessions-per-key': 5_000, 'stream-bytes-per-key': 256 * 1024 * 1024 };
const isUsual = process.env['BENCH_LIMITS'] === 'usual';
const limits = isUsual ? {} : many;
const server = await startHub({ dataDir, port: 0, limits, ...(dashboardDir === undefined ? {} : { dashboardDir }) });
if (process.env['BENCH_RECORDING'] === 'off') await server.recorder.settings({ on: false });
const [workspace] = [...server.hub.state.workspaces.keys()];
process.send?.({ url: server.sse, key: server.firstKey, workspace, dashboard: server.dashboardUrl });

/**
 * One event after the other, each sent to everyone. As on any busy hub the disk is at work on the
 * next one while the last is being sent; no event waits for more than that.
 */
async function emit(count: number): Promise<void> {
  const origin = { actor: { kind: 'human' } } as const;
  let last = Promise.resolve();
  for (let n = 0; n < count; n++) {
    const name = `default ${n % 10}`;
    const { durable } = server.hub.commit(updateWorkspace, { workspace: String(workspace), name }, origin);
    await last;
    last = durable;
  }
  await last;
}

/** A key of its own with the role of an editor; answers its secret. */
async function newKey(): Promise<Record<string, string>> {
  const { secret } = await createKeyWithSecret(server.hub, {
    name: `bench ${server.hub.state.keys.size}`,
    roles: { [String(workspace)]: 'editor' },
    ...(isUsual ? { tools: { set: 'all' } } : {}), // who attacks has all there are
  });
  return { key: secret };
}

async function obey(command: Command, count: number): Promise<Record<string, string>> {
  switch (command) {
    case 'settle':
      await server.recorder.page({ limit: 1 }); // it is answered behind what was handed over
      return {};
    case 'gc':
      globalThis.gc?.();
      return {};
    case 'watch-loop':
      watchLoop();
      return {};
    case 'loop-delay':
      return loopDelay();
    case 'emit':
      await emit(count);
      return {};
    case 'flood-calls':
    case 'flood-locks':
    case 'flood-files':
    case 'flood-jobs':
    case 'flood-mixed':
      await flood(server.hub, command, count);
      return {};
    case 'key':
      return await newKey();
    default:
      return command satisfies never;
  }
}

type Command = 'gc' | 'settle' | 'emit' | 'key' | 'watch-loop' | 'loop-delay' | keyof typeof floods;

process.on('message', (message: { command: Command; count: number }) => {
  void obey(message.command, message.count).then((answer) => process.send?.(answer));
});
let ending: Promise<void> | undefined;

function end(): void {
  ending ??= server.close().then(() => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
}
process.on('SIGTERM', end);
process.on('disconnect', end);
