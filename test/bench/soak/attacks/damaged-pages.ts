import { cpSync, mkdtempSync, openSync, closeSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubProcess, runCli } from '../../../support/hub-process.ts';
import { RawSse } from '../../support/raw-sse.ts';
import { rssOf } from '../../support/child.ts';
import type { Attack } from './attack.ts';
import { call, inTurns } from './agents.ts';

const FILES = 80;
const PAGE = 4_096;
const MIB = 1024 * 1024;

/** What is done to `hub.db`, by its name. */
const damages: Readonly<Record<string, (file: string) => void>> = {
  ...Object.fromEntries([3, 7, 11, 15, 31, 35].map((page) => [`page ${page}`, zeros((page - 1) * PAGE, PAGE)])),
  'zeros in the middle': (file) => zeros(Math.floor(statSync(file).size / 2), 2 * PAGE)(file),
  'the end cut off': (file) => truncateSync(file, statSync(file).size - 777),
};

/** A damaged log: whether the hub comes back, by itself or after the command that its refusal names. */
export const damagedPages: Attack = async ({ hub }) => {
  const program = hub.tree === undefined ? undefined : join(hub.tree, 'src/cli/main.ts');
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-damaged-'));
  const whole = join(folder, 'whole');
  const [lost, most] = [[] as string[], { bytes: 0 }];
  try {
    const key = await filled(whole, program);
    for (const [name, damage] of Object.entries(damages)) {
      const dataDir = join(folder, 'damaged');
      cpSync(whole, dataDir, { recursive: true });
      damage(join(dataDir, 'hub.db'));
      const agent = { key };
      const works = async (): Promise<boolean> => (await serves(dataDir, agent, program, most)) === 'ok';
      let isBack = (await works()) && (await works());
      if (!isBack) {
        await runCli(['audit', 'recover', '--data-dir', dataDir], program);
        isBack = (await works()) && (await works());
      }
      if (!isBack) lost.push(name);
      rmSync(dataDir, { recursive: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const size = Object.keys(damages).length;
  const words = `${size - lost.length} of ${size} damages of hub.db ended in a hub that serves; a start took at most ${Math.round(most.bytes / MIB)} MiB`;
  return lost.length === 0 ? { words } : { words: `${words}; lost: ${lost.join(', ')}`, harm: 'lost' };
};

/** A data directory with some hundred events; answers the first agent's key. */
async function filled(dataDir: string, program: string | undefined): Promise<string> {
  const hub = await HubProcess.start(dataDir, { program });
  const { sse, firstKey = '' } = hub.announced;
  const agent = await RawSse.open(new URL(sse), firstKey);
  await inTurns(
    FILES,
    4,
    async (n) => await call(agent, 'file_write', { path: `d${n % 7}/${n}.md`, text: `file ${n}` }),
  );
  agent.close();
  await hub.stop();
  return firstKey;
}

/**
 * Starts a hub on it: whether it lists, reads the log, writes, and reads what it wrote. Where the log's first events are
 * lost, what they made is lost too, and the hub begins with a new key.
 */
async function serves(
  dataDir: string,
  agent: { key: string },
  program: string | undefined,
  most: { bytes: number },
): Promise<string> {
  let hub: HubProcess | undefined;
  try {
    hub = await HubProcess.start(dataDir, { program });
    agent.key = hub.announced.firstKey ?? agent.key;
    const session = await RawSse.open(new URL(hub.announced.sse), agent.key);
    await call(session, 'file_list', {});
    await call(session, 'event_list', { after_seq: 1 });
    await call(session, 'file_write', { path: 'again.md', text: 'again' });
    await call(session, 'file_read', { path: 'again.md' });
    session.close();
    most.bytes = Math.max(most.bytes, rssOf(hub.pid));
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await hub?.stop();
  }
}

function zeros(at: number, bytes: number): (file: string) => void {
  return (file) => {
    const opened = openSync(file, 'r+');
    writeSync(opened, Buffer.alloc(bytes), 0, bytes, at);
    closeSync(opened);
  };
}
