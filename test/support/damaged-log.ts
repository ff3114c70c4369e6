import { hash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { recover } from '../../src/hub/data-dir/recover.ts';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import { Files } from '../../src/hub/files/files.ts';
import { Hub } from '../../src/hub/hub.ts';
import { Jobs } from '../../src/hub/jobs/jobs.ts';
import { closeSession, openSession } from '../../src/hub/rules/sessions.ts';
import { createKey } from '../../src/hub/rules/keys.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { openTestFiles } from './open-files.ts';
import { human } from './open-hub.ts';

export const PAGE = 4096;

/** A data directory with events of many types, and what it had. */
export interface Pristine {
  readonly dir: string;
  readonly workspace: string;
  /** The hashes of its events, in order. */
  readonly hashes: readonly string[];
  /** Hash of its files as they are listed. */
  readonly files: string;
  readonly pages: number;
}

/**
 * Files, versions, folders, deleted files, keys, sessions that closed, jobs, and one event larger than a page.
 * `crashed` leaves it as a crash does, with events that are in the write-ahead log only.
 */
export async function pristineDir(kind: 'closed' | 'crashed'): Promise<Pristine> {
  const t = await openTestFiles({ snapshotEvery: 100 });
  const { test, workspace } = t;
  const { keyId } = await test.hub.execute(createKey, { name: 'agent', secretSha256: 'a', roles: {} }, human);
  for (let n = 0; n < 50; n++) {
    if (n === 25) await t.restart(); // all up to here is in the database itself
    await t.put(`docs/part ${n % 7}/file ${n % 30}.txt`, `content ${n}`);
    if (n % 9 === 0) await t.files.delete(human, { workspace, path: `docs/part ${n % 7}/file ${n % 30}.txt` });
    const remote = '127.0.0.1';
    const { sessionId } = await test.hub.execute(openSession, { wire: 'sse', keyId, remote }, human);
    const traffic = { bytesIn: n, bytesOut: n, framesIn: 1, framesOut: 1 };
    await test.hub.execute(closeSession, { sessionId, reason: 'closed by client', traffic }, human);
  }
  await test.hub.execute(createKey, { name: 'large', secretSha256: 'x'.repeat(9_000), roles: {} }, human);
  for (let n = 0; n < 12; n++) {
    const { jobId } = await t.jobs.queue(human, { kind: 'file_extract', workspace, path: 'docs/part 1/file 1.txt' });
    await t.jobs.cancel(human, jobId, 'not needed').catch(() => undefined); // it may be over already
  }
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-damage-'));
  if (kind === 'closed') {
    await t.jobs.close();
    await t.uploads.close();
    await t.files.close();
    await test.hub.close();
  }
  cpSync(test.dataDir, dir, { recursive: true });
  rmSync(path.join(dir, 'hub.lock'), { force: true });
  if (kind === 'crashed') await t[Symbol.asyncDispose]();
  else rmSync(test.dataDir, { recursive: true });
  const at = await openDir(dir, { copied: true });
  const hashes = eventHashes(path.join(at.dir, 'hub.db'));
  const files = await listed(at.files, workspace);
  await at.close();
  const read = hashes.slice(0, -1); // without the start of this reading
  return { dir, workspace, hashes: read, files, pages: readFileSync(path.join(dir, 'hub.db')).length / PAGE };
}

/** A copy of the data directory, whose contents need not be copied: they are linked. */
export function copyDir(dir: string): string {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'signalbox-damaged-'));
  for (const name of ['hub.db', 'hub.db-wal']) {
    if (existsSync(path.join(dir, name))) copyFileSync(path.join(dir, name), path.join(copy, name));
  }
  cpSync(path.join(dir, 'blobs'), path.join(copy, 'blobs'), { recursive: true });
  return copy;
}

/** How a page is damaged. */
export type Damage = 'zeros' | 'noise' | 'foreign' | 'few bytes';

/** Overwrites a page, numbered from 1. */
export function damagePage(dir: string, page: number, damage: Damage, random: () => number): void {
  const file = path.join(dir, 'hub.db');
  const bytes = readFileSync(file);
  const from = (page - 1) * PAGE;
  const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  switch (damage) {
    case 'zeros':
      bytes.fill(0, from, from + PAGE);
      break;
    case 'noise':
      noise(PAGE).copy(bytes, from);
      break;
    case 'foreign':
      Buffer.from('a page of another file; '.repeat(200)).copy(bytes, from, 0, PAGE);
      break;
    case 'few bytes':
      noise(16).copy(bytes, from + Math.floor(random() * (PAGE - 16)));
      break;
    default:
      damage satisfies never;
  }
  writeFileSync(file, bytes);
}

/** What became of a damaged data directory. */
export interface Outcome {
  /** Whether the one command was needed. */
  readonly recovered: boolean;
  /** Events of the pristine log that the hub serves, from the first on. */
  readonly events: number;
  readonly files: string;
}

/**
 * Starts a hub on the directory and works with it; where that is refused, gives the command that the refusal names,
 * once, and then it must work.
 */
export async function outcomeOf(dir: string, pristine: Pristine): Promise<Outcome> {
  let recovered = false;
  const first = await worked(dir, pristine);
  if (first instanceof HubError) {
    if (first.code !== 'log_corrupt' || !first.message.includes('audit recover')) throw first;
    recover(dir);
    recovered = true;
    const second = await worked(dir, pristine);
    if (second instanceof HubError) throw second;
    return { recovered, ...second };
  }
  return { recovered, ...first };
}

/** Reads all and writes some; every list, and a check of the whole at the end. */
async function worked(dir: string, pristine: Pristine): Promise<Omit<Outcome, 'recovered'> | HubError> {
  const { workspace } = pristine;
  let at: Awaited<ReturnType<typeof openDir>> | undefined;
  try {
    at = await openDir(dir);
    const { hub, files, jobs } = at;
    let events = 0;
    for (let after = 0; ;) {
      const page = await hub.audit.after(after, 100);
      for (const { seq, hash } of page) if (pristine.hashes[seq - 1] === hash) events += 1;
      after = page.at(-1)?.seq ?? after;
      if (page.length < 100) break;
    }
    await hub.audit.page({ types: ['file'] });
    await hub.audit.pastSessions({ limit: 200 });
    await jobs.list({ workspace, limit: 200 });
    if (hub.state.workspaces.has(workspace)) {
      await files.folder(workspace, 'docs');
      await files.list(workspace, { deleted: true });
    }
    const before = hub.state.workspaces.has(workspace) ? await listed(files, workspace) : '[]';
    await hub.execute(
      createKey,
      { name: `after ${hub.state.seq}`, secretSha256: String(hub.state.seq), roles: {} },
      human,
    );
    if (hub.state.workspaces.has(workspace)) {
      const content = Buffer.from('after');
      const { path: written } = await files.write(human, {
        workspace,
        path: 'docs/after.txt',
        content,
        source: 'import',
      });
      await files.delete(human, { workspace, path: written });
    }
    const verified = await hub.audit.verify();
    if (!verified.ok || verified.damage !== undefined) {
      await hub.execute(createKey, { name: 'behind the hole', secretSha256: 'y', roles: {} }, human);
      return new HubError('internal', 'damage was found, and the hub goes on writing');
    }
    return { events, files: before };
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  } finally {
    await at?.close();
  }
}

async function openDir(from: string, options: { readonly copied?: boolean } = {}) {
  const dir = options.copied ? copyDir(from) : from;
  const hub = await Hub.open({ dataDir: dir });
  const { contents: rows, timers } = hub;
  const files = new Files(hub, await BlobStore.open({ dataDir: dir, log: { rows, timers } }));
  const jobs = new Jobs(hub, files);
  const close = async (): Promise<void> => {
    await jobs.close();
    await files.close();
    await hub.close();
    if (options.copied) rmSync(dir, { recursive: true });
  };
  return { dir, hub, files, jobs, close };
}

async function listed(files: Files, workspace: string): Promise<string> {
  const { items } = await files.list(workspace, { limit: 1000 });
  return hash('sha256', JSON.stringify(items), 'hex');
}

function eventHashes(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const hashes = db.prepare('SELECT hash FROM events ORDER BY seq').all();
  db.close();
  return hashes.map(({ hash }) => String(hash));
}

/** For each page of a sound database: the first event that is in it, if it has any. */
export function firstEvents(dir: string): (number | undefined)[] {
  const db = new DatabaseSync(path.join(dir, 'hub.db'), { readOnly: true });
  const pages = db
    .prepare("SELECT pageno, pagetype, path, ncell FROM dbstat WHERE name = 'events' ORDER BY path")
    .all()
    .map((row) => ({
      page: Number(row['pageno']),
      type: String(row['pagetype']),
      at: String(row['path']),
      cells: Number(row['ncell']),
    }));
  db.close();
  const first: (number | undefined)[] = [];
  const byLeaf = new Map<string, number>();
  let seq = 1;
  for (const { page, at, cells } of pages.filter(({ type }) => type === 'leaf')) {
    first[page] = seq;
    byLeaf.set(at, seq);
    seq += cells;
  }
  for (const { page, at } of pages.filter(({ type }) => type === 'overflow')) {
    // Such as /000/01f/003+000000: the first page that the cell 3 of the leaf 1f goes on in.
    const [, leaf = '', cell = ''] = /^(.*\/)([0-9a-f]+)\+/u.exec(at) ?? [];
    first[page] = (byLeaf.get(leaf) ?? 1) + Number.parseInt(cell, 16);
  }
  return first;
}
