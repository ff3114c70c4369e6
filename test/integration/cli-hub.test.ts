import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { cliHost } from '../support/cli-host.ts';
import { CuttableLine } from '../support/cuttable-line.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let hub: TestServer;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub.close());

async function run(...args: string[]) {
  const host = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const exitCode = await runCli(args, host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('[CL10] keys are made, listed and revoked on the hub that runs on the data directory', async () => {
  const made = await run('keys', 'create', 'planner', '--role', 'viewer', '--expires', '30d');
  expect(made.exitCode).toBe(0);
  expect(made.out).toMatch(/^sbx_[\w-]{43}\n$/u);
  expect(made.err).toContain('planner is viewer of default');
  const json = await run('keys', 'create', 'writer', '--workspace', 'default', '--json');
  const { keyId } = JSON.parse(json.out) as { keyId: string };
  expect(hub.server.hub.state.workspaces.get(hub.workspace)?.roles[keyId]).toBe('editor');

  const listed = (await run('keys', 'list', '--json')).out.trim().split('\n');
  const keys = listed.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(keys.map(({ name, status, roles }) => [name, status, roles])).toEqual([
    ['first-agent', 'active', { default: 'owner' }],
    ['planner', 'active', { default: 'viewer' }],
    ['writer', 'active', { default: 'editor' }],
  ]);
  expect(listed.join('')).not.toContain('secret');

  expect(await run('keys', 'revoke', 'writer')).toMatchObject({ exitCode: 0, out: `${keyId}: writer is revoked\n` });
  expect((await run('keys', 'list')).out).toMatch(
    new RegExp(`${keyId} +writer +revoked +never +default:editor\\n`, 'u'),
  );
});

test('[CL26][NW9] keys are made with tools and a note, rotated, given other tools, without news, suspended and resumed', async () => {
  const made = await run('keys', 'create', 'turner', '--tools', 'all', '--note', 'nightly', '--json');
  const { keyId, secret } = JSON.parse(made.out) as { keyId: string; secret: string };
  const key = () => hub.server.hub.state.keys.get(keyId);
  expect(key()).toMatchObject({ tools: { set: 'all' }, note: 'nightly' });
  const rotated = await run('keys', 'rotate', 'turner', '--grace', '2h');
  expect(rotated).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^sbx_[\w-]{43}\n$/u) });
  expect(rotated.out.trim()).not.toBe(secret);
  expect(rotated.err).toMatch(/new secret, shown this once; the old one is good until \d{4}-/u);
  expect((await run('keys', 'rotate', 'turner', '--grace', '0')).err).toContain('the old one ended at once');
  expect(await run('keys', 'rotate', 'turner', '--grace', 'soon')).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('--grace takes a duration such as 24h'),
  });
  const long = await run('keys', 'rotate', 'turner', '--grace', '8d');
  expect([long.exitCode, long.err]).toEqual([1, expect.stringMatching(/^invalid_argument: .*7 days at most/u)]);
  expect(await run('keys', 'tools', 'turner', 'read')).toMatchObject({ exitCode: 0 });
  expect(key()?.tools).toEqual({ set: 'read' });
  expect((await run('keys', 'tools', 'turner', 'some')).exitCode).toBe(2);
  expect((await run('keys', 'news', 'turner', 'off')).out).toBe(`${keyId}: results of turner carry no news\n`);
  expect(key()?.news).toBe(false);
  expect((await run('keys', 'news', 'turner', 'on', '--json')).exitCode).toBe(0);
  expect(key()).not.toHaveProperty('news');
  expect((await run('keys', 'news', 'turner', 'maybe')).exitCode).toBe(2);
  expect((await run('keys', 'suspend', 'turner', '--reason', 'odd')).out).toBe(`${keyId}: turner is suspended\n`);
  expect(key()?.suspendedByPerson).toBe(true);
  expect((await run('keys', 'resume', 'turner')).out).toBe(`${keyId}: turner may go on\n`);
  await run('keys', 'revoke', 'turner');
});

test('[CL10] what the hub refuses ends with 1 and its code', async () => {
  expect(await run('keys', 'create', 'first-agent')).toMatchObject({ exitCode: 1, out: '' });
  expect((await run('keys', 'create', 'first-agent')).err).toMatch(/^name_taken: /u);
  expect((await run('keys', 'revoke', 'nobody')).err).toMatch(/^not_found: /u);
  expect((await run('keys', 'create', 'x', '--workspace', 'none')).err).toMatch(/^not_found: .*default/u);
  const denied = await run('keys', 'list', '--url', hub.url, '--admin-token', 'wrong', '--json');
  expect(denied.exitCode).toBe(1);
  expect(JSON.parse(denied.err)).toMatchObject({ error: { code: 'unauthorized' } });
  await hub.server.hub.execute(createWorkspace, { name: 'second' }, human);
  const which = await run('keys', 'create', 'x');
  expect(which.exitCode).toBe(2);
  expect(which.err).toContain('default, second');
});

test('[CL11][CL18] audit tail prints the latest events that match, oldest first', async () => {
  const { out } = await run('audit', 'tail', '-n', '3', '--json');
  const { seq } = hub.server.hub.state;
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq),
  ).toEqual([seq - 2, seq - 1, seq]);
  const some = await run(
    'audit',
    'tail',
    '--type',
    'key',
    'workspace.created',
    '--actor',
    'human',
    '--workspace',
    'default',
  );
  expect(some).toMatchObject({ exitCode: 0, out: '' }); // the hub made what is in it
  const created = (await run('audit', 'tail', '--type', 'key.created')).out.trim().split('\n');
  expect(created[0]).toMatch(/^\d+ {2}\S+ \S+ {2}hub +- {2}created the key first-agent$/u);
  expect((await run('audit', 'tail', '--actor', 'nobody')).err).toMatch(/^not_found: /u);
});

test('[CL11] with --follow it goes on with new events until interrupted', async () => {
  const host = cliHost({ SIGNALBOX_DATA_DIR: hub.dataDir });
  const ending = runCli(['audit', 'tail', '-f', '-n', '1', '--type', 'workspace', '--json'], host);
  await host.until((out) => out.includes('"second"'));
  for (const name of ['third', 'fourth']) await hub.server.hub.execute(createWorkspace, { name }, human);
  await hub.newKey('not-of-this-type');
  await host.until((out) => out.includes('"fourth"'));
  host.interrupt();
  expect(await ending).toBe(0);
  const seqs = host
    .out()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq);
  expect(seqs).toHaveLength(3);
  expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
});

test('[CL25] after a lost connection it prints what it missed, also when it had printed nothing yet', async () => {
  const { url, adminToken } = hub.server;
  const line = await CuttableLine.to(Number(new URL(url).port));
  const host = cliHost();
  const at = ['--url', `http://127.0.0.1:${line.port}`, '--admin-token', adminToken];
  const ending = runCli(['audit', 'tail', '-f', '-n', '0', '--type', 'workspace.created', '--json', ...at], host);
  try {
    await expect.poll(() => line.received, { interval: 10, timeout: 60_000 }).toBeGreaterThan(2_000); // the state
    const breakOff = line.hush();
    await hub.server.hub.execute(createWorkspace, { name: 'missed' }, human);
    breakOff();
    await host.until((out) => out.includes('"missed"'));
    await hub.server.hub.execute(createWorkspace, { name: 'seen' }, human);
    await host.until((out) => out.includes('"seen"'));
    host.interrupt();
    expect(await ending).toBe(0);
    const names = host
      .out()
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { name: string }).name);
    expect(names).toEqual(['missed', 'seen']);
  } finally {
    host.interrupt();
    await line.close();
  }
});

test('[CL11] a hub that goes away ends the following with 3', async () => {
  const own = await startTestHub();
  const host = cliHost({ SIGNALBOX_DATA_DIR: own.dataDir });
  const ending = runCli(['audit', 'tail', '-f'], host);
  await host.until((out) => out.includes('started, version'));
  await own.close();
  expect(await ending).toBe(3);
  expect(host.err()).toMatch(/^hub_closed: /u);
});

test('[CL12] audit verify ends with 0 for a whole log and with 4 for one that was changed', async () => {
  const whole = await run('audit', 'verify');
  expect(whole.exitCode).toBe(0);
  expect(whole.out).toMatch(new RegExp(`^ok: ${hub.server.hub.state.seq} events, last hash [0-9a-f]{64}`, 'u'));

  const own = await startTestHub();
  try {
    const db = new DatabaseSync(path.join(own.dataDir, 'hub.db'));
    db.exec(`UPDATE events SET body = replace(body, 'first-agent', 'other-agent') WHERE seq = 3`);
    db.close();
    const host = cliHost();
    expect(await runCli(['audit', 'verify', '--data-dir', own.dataDir], host)).toBe(4);
    expect(host.err()).toMatch(/^log_corrupt: Event 3: /u);
  } finally {
    await own.close();
  }
});

test('[CL24] audit verify --contents names the versions of damaged contents, whether a hub runs or not', async () => {
  const own = await startTestHub();
  const { dataDir, workspace, server } = own;
  const put = (name: string, text: string) =>
    server.files.write(human, { workspace, path: name, content: Buffer.from(text), source: 'tool' });
  const blob = (sha256: string): string => path.join(dataDir, 'blobs', sha256.slice(0, 2), sha256);
  const verify = async (...more: string[]) => {
    const host = cliHost();
    const exitCode = await runCli(['audit', 'verify', '--contents', '--data-dir', dataDir, ...more], host);
    return { exitCode, out: host.out(), err: host.err() };
  };
  try {
    const changed = await put('notes/changed.md', 'as it was');
    const lost = await put('lost .md', 'lost');
    for (let n = 0; n < 250; n += 1) await put(`${n}.txt`, `content ${n}`);
    const sound = await verify();
    expect(sound).toMatchObject({ exitCode: 0, out: expect.stringContaining('ok: 252 contents, ') });
    await writeFile(blob(changed.sha256), 'as it is!');
    await rm(blob(lost.sha256));
    for (const runs of [true, false]) {
      if (!runs) await server.close();
      const { exitCode, out, err } = await verify();
      expect(exitCode).toBe(4);
      expect(out).toContain(`damaged: content ${changed.sha256}, 9 B, of\n  default/notes/changed.md version 1\n`);
      expect(out).toContain(`missing: content ${lost.sha256}, 4 B, of\n  default/lost .md version 1\n`);
      expect(err).toMatch(/storage_failed: 2 of 252 contents are damaged or missing\. Restore them /u);
      const json = await verify('--json');
      expect(json.exitCode).toBe(4);
      expect(JSON.parse(json.out)).toMatchObject({ ok: true, contents: { checked: 252, damaged: [{}, {}] } });
    }
  } finally {
    await own.close();
  }
});

test('[CL20] audit verify reads the log itself where no hub runs on it, and leaves the folder as it was', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-verify-'));
  const verify = async (): Promise<[number, string]> => {
    const host = cliHost();
    return [await runCli(['audit', 'verify', '--data-dir', dataDir], host), host.out() + host.err()];
  };
  try {
    expect(await verify()).toEqual([3, expect.stringContaining('No hub is running')]);
    const own = await startTestHub({ dataDir });
    const { seq } = own.server.hub.state;
    await own.close();
    const before = (await readdir(dataDir)).toSorted();
    expect(await verify()).toEqual([0, expect.stringMatching(new RegExp(`^ok: ${seq} events`, 'u'))]);
    expect((await readdir(dataDir)).toSorted()).toEqual(before);
    const db = new DatabaseSync(path.join(dataDir, 'hub.db'));
    db.exec(`UPDATE events SET body = replace(body, 'first-agent', 'other-agent') WHERE seq = 3`);
    db.close();
    expect(await verify()).toEqual([4, expect.stringMatching(/^log_corrupt: Event 3: /u)]);
    await writeFile(path.join(dataDir, 'hub.db'), 'no database '.repeat(1000));
    expect(await verify()).toEqual([4, expect.stringMatching(/^log_corrupt: Event 1: /u)]);
    await mkdir(path.join(dataDir, 'blobs', 'ab'), { recursive: true });
    await writeFile(path.join(dataDir, 'blobs', 'ab', 'ab'.repeat(32)), 'x');
    await writeFile(path.join(dataDir, 'hub.db'), '');
    expect(await verify()).toEqual([4, expect.stringMatching(/^log_corrupt: .*is empty/u)]);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
