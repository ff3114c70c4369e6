import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
