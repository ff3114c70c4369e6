import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import { contentFolders } from '../../src/hub/disk/content-folders.ts';
import { writeOut, type WrittenOut } from '../../src/hub/disk/write-out.ts';
import type { WritesOut } from '../../src/hub/disk/write-out-worker.ts';
import { Files } from '../../src/hub/files/files.ts';
import { Hub } from '../../src/hub/hub.ts';
import { human } from './open-hub.ts';

/** Gives contents their files in this thread, unless the disk is said to be full. */
export class WriteOutHere implements WritesOut {
  readonly #incoming: string;
  isFull = false;
  /** Contents that it was given, in each go. */
  readonly goes: number[] = [];

  constructor(dataDir: string) {
    this.#incoming = contentFolders(dataDir).incoming;
  }

  write: WritesOut['write'] = (contents) => {
    this.goes.push(contents.length);
    const full: WrittenOut = {
      isWritten: [],
      failure: { code: 'ENOSPC', syscall: 'write', message: 'ENOSPC: no space left on device, write' },
    };
    return Promise.resolve(this.isFull ? full : writeOut(this.#incoming, contents));
  };

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Contents that are in a data directory's log, by the seqs of their events. */
export function rowsIn(dataDir: string): Map<number, { readonly sha256: string; readonly text: string }> {
  const db = new DatabaseSync(path.join(dataDir, 'hub.db'), { readOnly: true });
  try {
    const rows = db.prepare('SELECT seq, sha256, bytes FROM contents ORDER BY seq').all();
    return new Map(
      rows.map(({ seq, sha256, bytes }) => [
        Number(seq),
        { sha256: String(sha256), text: Buffer.from(bytes as Uint8Array).toString() }, // the column is a blob
      ]),
    );
  } finally {
    db.close();
  }
}

/** Bytes of a content's file; undefined if there is none. */
export function fileBytes(dataDir: string, sha256: string): number | undefined {
  return statSync(contentFolders(dataDir).fileOf(sha256), { throwIfNoEntry: false })?.size;
}

/** A data directory as a kill would leave it now; the hub on it goes on. */
export function asKilled(dataDir: string): { readonly dataDir: string } & Disposable {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'signalbox-killed-'));
  for (const name of ['hub.db', 'hub.db-wal', 'blobs']) {
    const from = path.join(dataDir, name);
    if (existsSync(from)) cpSync(from, path.join(copy, name), { recursive: true });
  }
  return { dataDir: copy, [Symbol.dispose]: () => rmSync(copy, { recursive: true, force: true }) };
}

/** What a warning said. */
export interface Said {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A hub with its files that is started on a data directory which another one left. */
export async function startOn(dataDir: string) {
  const warnings: Said[] = [];
  const logger = {
    info: () => undefined,
    warn: (facts: object, message: string) => void warnings.push({ facts: { ...facts }, message }),
    error: () => undefined,
  };
  const hub = await Hub.open({ dataDir, logger });
  const { contents: rows, timers } = hub;
  const files = new Files(hub, await BlobStore.open({ dataDir, log: { rows, timers, logger } }));
  const workspace = hub.state.workspaces.keys().next().value ?? '';
  return {
    hub,
    files,
    warnings,
    text: async (name: string) => {
      const { stream } = await files.read(workspace, name);
      return Buffer.concat(await stream.toArray()).toString();
    },
    put: (name: string, content: string) =>
      files.write(human, { workspace, path: name, content: Buffer.from(content), source: 'import' }),
    [Symbol.asyncDispose]: async () => {
      await files.close();
      await hub.close();
    },
  };
}
