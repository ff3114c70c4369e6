import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { exportEvents } from '../../src/dashboard/features/audit/export-events.ts';
import type { StoredEvent } from '../../src/protocol/events.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import { revokeKey } from '../../src/hub/rules/keys.ts';
import { chainHash } from '../../src/hub/log/chain.ts';
import { cliHost } from '../support/cli-host.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
  const { files } = hub.server;
  for (const path of ['plain.md', '=cmd|x', 'a "b", c.md']) {
    await files.write(human, { workspace: hub.workspace, path, content: Buffer.from(path), source: 'tool' });
  }
  const { keyId } = await hub.newKey('gone');
  await hub.server.hub.execute(revokeKey, { keyId, reason: '=one\u2028two\r\n"three"' }, human);
});
afterAll(() => hub.close());

async function run(...args: string[]) {
  const host = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const exitCode = await runCli(['audit', ...args], host);
  return { exitCode, out: host.out(), err: host.err() };
}

/** CSV after RFC 4180, by the names of its columns. */
function recordsOf(csv: string): Record<string, string>[] {
  const rows = csv
    .split(/\r\n(?=(?:[^"]*"[^"]*")*[^"]*$)/u)
    .filter((line) => line !== '')
    .map((line) =>
      Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gu), ([, quoted, plain = '']) =>
        quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      ),
    );
  const [names = [], ...records] = rows;
  return records.map((cells) => {
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

test('[AD4] an export as JSON Lines is the log itself: its hash chain can be checked without the hub', async () => {
  const { exitCode, out } = await run('export');
  expect(exitCode).toBe(0);
  expect(out).not.toContain('\u2028');
  const events = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StoredEvent);
  expect(events.length).toBe(hub.server.hub.state.seq);
  let before = '0'.repeat(64);
  for (const { prevHash, hash, ...event } of events) {
    expect(prevHash).toBe(before);
    expect(chainHash(prevHash, canonicalJson(event))).toBe(hash);
    before = hash;
  }
  const written = await run('export', '--type', 'file.written', '--workspace', 'default');
  expect(written.out.trimEnd().split('\n')).toHaveLength(3);
  expect((await run('export', '--type', 'file.written', '--until', '2020-01-01')).out).toBe('');
  expect((await run('export', '--since', 'yesterday')).exitCode).toBe(2);
  expect((await run('export', '--format', 'xml')).exitCode).toBe(2);
});

test('[AD5] an export as CSV is read back field by field, and no cell of it is a formula', async () => {
  const { out } = await run('export', '--format', 'csv');
  const data = recordsOf(out);
  const events = await hub.server.hub.audit.after(0, 1000);
  expect(data.map(({ seq, hash }) => [Number(seq), hash])).toEqual(events.map(({ seq, hash }) => [seq, hash]));
  for (const row of data) for (const value of Object.values(row)) expect(value).not.toMatch(/^[=+\-@\t\r]/u);
  const paths = data.flatMap(({ type, payload }) =>
    type === 'file.written' ? [(JSON.parse(payload ?? '') as { path: string }).path] : [],
  );
  expect(paths).toEqual(['plain.md', '=cmd|x', 'a "b", c.md']);
});

test('[AD6] the desk exports what passes its filter, oldest first, and says where it stopped', async () => {
  const { audit } = hub.server.hub;
  const api = {
    auditPage: (query = {}) => audit.page(query),
    event: ({ seq }: { readonly seq: number }) => audit.event(seq),
  };
  const all = await exportEvents(api, { types: ['file'] }, 'jsonl');
  expect([all.count, all.isCut]).toEqual([3, false]);
  const some = await exportEvents(api, { types: ['file'] }, 'jsonl', 2);
  expect([some.count, some.isCut, some.parts.length]).toEqual([2, true, 3]);
  expect(all.parts.join('')).toContain(some.parts.join(''));
});

test('[AD7] a checkpoint is signed by a key of its own, and shows a log that was cut or written anew', async () => {
  const made = await run('checkpoint');
  expect(made.exitCode).toBe(0);
  const point = JSON.parse(made.out) as { seq: number; hash: string; publicKey: string };
  const file = join(hub.dataDir, '..', `checkpoint-${process.pid}.json`);
  writeFileSync(file, made.out);
  expect(await run('verify', '--checkpoint', file)).toMatchObject({ exitCode: 0 });
  expect(statSync(join(hub.dataDir, 'audit.key')).mode & 0o777).toBe(0o600);
  const again = JSON.parse((await run('checkpoint')).out) as typeof point;
  expect(again.publicKey).toBe(point.publicKey);

  const spoilt = async (changes: object): Promise<{ exitCode: number; err: string }> => {
    writeFileSync(file, JSON.stringify({ ...point, ...changes }));
    return run('verify', '--checkpoint', file);
  };
  expect(await spoilt({ hash: 'a'.repeat(64) })).toMatchObject({
    exitCode: 4,
    err: expect.stringContaining('was changed'),
  });
  expect(await spoilt({ publicKey: 'none' })).toMatchObject({ exitCode: 4 });
  expect(await spoilt({ seq: 'x' })).toMatchObject({ exitCode: 2, err: expect.stringContaining('is no checkpoint') });
  writeFileSync(file, made.out);
  // The same key on another log, as if this one had been written anew.
  const other = await startTestHub();
  const key = join(other.dataDir, 'audit.key');
  writeFileSync(key, readFileSync(join(hub.dataDir, 'audit.key')));
  chmodSync(key, 0o600);
  const host = cliHost({ SIGNALBOX_DATA_DIR: other.dataDir });
  expect(await runCli(['audit', 'verify', '--checkpoint', file], host)).toBe(4);
  expect(host.err()).toContain('is of another log');
  await other.close();
});

test('[AD9] a checkpoint is held against a log of which no hub runs, and against an export', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-idle-'));
  const at = (name: string): string => join(dataDir, name);
  const audit = async (...args: string[]) => {
    const host = cliHost({ SIGNALBOX_DATA_DIR: dataDir });
    return { exitCode: await runCli(['audit', ...args], host), out: host.out(), err: host.err() };
  };
  try {
    const first = await startTestHub({ dataDir });
    const { out: point } = await audit('checkpoint');
    writeFileSync(at('point.json'), point);
    const { seq } = JSON.parse(point) as { seq: number };
    const { files } = first.server;
    await files.write(human, { workspace: first.workspace, path: 'a', content: Buffer.from('a'), source: 'tool' });
    const { out: lines } = await audit('export');
    writeFileSync(at('all.jsonl'), lines);
    await first.close();

    expect(await audit('verify', '--checkpoint', at('point.json'))).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`ok: the log has event ${seq} as it was signed\n`),
    });
    const named = ['--export', at('all.jsonl'), '--checkpoint', at('point.json')];
    const whole = await audit('verify', ...named);
    expect(whole).toMatchObject({ exitCode: 0, out: expect.stringContaining(`has event ${seq} as it was signed`) });
    expect(JSON.parse((await audit('verify', ...named, '--json')).out)).toMatchObject({
      ok: true,
      first: 1,
      firstPrevHash: '0'.repeat(64),
      checkpoint: seq,
    });

    const rows = lines.trimEnd().split('\n');
    const spoilt = async (changed: readonly string[]) => {
      writeFileSync(at('all.jsonl'), `${changed.join('\n')}\n`);
      return audit('verify', ...named);
    };
    const [one = '', two = '', three = '', ...rest] = rows;
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[one, two.replace('"name":"', '"name":"x'), three, ...rest], 'Line 2 of'],
      [[one, three, ...rest], 'what is between is missing'],
      [[two, one, three, ...rest], 'Line 2 of'],
      [rows.slice(0, seq - 1), `not event ${seq}, which was signed`],
      [['{}', ...rows], 'is no event of an export'],
      [[], 'has no events'],
    ];
    for (const [changed, said] of cases)
      expect(await spoilt(changed)).toMatchObject({ exitCode: 4, err: expect.stringContaining(said) });
    expect((await audit('verify', '--export', at('none.jsonl'))).exitCode).toBe(2);

    // Written anew from the signed event on: each hash follows from the one before, and only the signature tells.
    const anew = rows.map((line) => JSON.parse(line) as StoredEvent);
    let before = anew[seq - 2]?.hash ?? '0'.repeat(64);
    const forged = anew.slice(seq - 1).map(({ prevHash: _before, hash: _hash, ...event }) => {
      const prevHash = before;
      before = chainHash(prevHash, canonicalJson({ ...event, at: event.at + 1 }));
      return JSON.stringify({ ...event, at: event.at + 1, prevHash, hash: before });
    });
    writeFileSync(at('all.jsonl'), `${[...rows.slice(0, seq - 1), ...forged].join('\n')}\n`);
    expect((await audit('verify', '--export', at('all.jsonl'))).exitCode).toBe(0);
    expect(await audit('verify', ...named)).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('were written anew'),
    });

    const db = new DatabaseSync(join(dataDir, 'hub.db'));
    db.prepare('UPDATE meta SET value = ? WHERE name = ?').run('another', 'log_id');
    db.close();
    expect(await audit('verify', '--checkpoint', at('point.json'))).toMatchObject({
      exitCode: 4,
      err: expect.stringContaining('is of another log'),
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
