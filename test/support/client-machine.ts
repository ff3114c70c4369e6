import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClientSetup } from '../../src/setup/client-setup.ts';
import type { Machine } from '../../src/setup/machine.ts';

/** A machine with a home of its own, in which clients' files are written and taken back. */
export interface ClientMachine extends AsyncDisposable {
  readonly machine: Machine;
  readonly home: string;
  readonly dataDir: string;
  readonly clients: ClientSetup;
  put(file: string, text: string | Uint8Array, mode?: number): Promise<void>;
  read(file: string): Promise<string>;
  /** Files of a folder that are copies of how one was. */
  copiesOf(file: string): Promise<readonly string[]>;
}

/** What starts `connect` in entries of these tests; nothing starts it. */
export const CONNECT = { command: '/opt/node 24/bin/node', args: ['/data/connect/connect.mjs'] } as const;

export async function openClientMachine(platform: Machine['platform'] = 'linux'): Promise<ClientMachine> {
  const root = await mkdtemp(path.join(tmpdir(), 'signalbox-clients-'));
  const home = path.join(root, 'home');
  const dataDir = path.join(root, 'data');
  await mkdir(home);
  const machine: Machine = { platform, home, env: {} };
  return {
    machine,
    home,
    dataDir,
    clients: new ClientSetup({
      machine,
      dataDir,
      isUsualDataDir: true,
      url: () => 'http://127.0.0.1:7337',
      now: () => Date.UTC(2026, 10, 30, 6, 32, 16),
      program: async () => CONNECT,
    }),
    async put(file, text, mode = 0o644) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { mode });
    },
    read: (file) => readFile(file, 'utf8'),
    async copiesOf(file) {
      const folder = path.dirname(file);
      const copies = (await readdir(folder)).filter((name) =>
        name.startsWith(`${path.basename(file)}.before-signalbox`),
      );
      for (const copy of copies) {
        const { mode } = await stat(path.join(folder, copy));
        if ((mode & 0o777) !== 0o600) throw new Error(`${copy} can be read by others`);
      }
      return copies.map((copy) => path.join(folder, copy));
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}
