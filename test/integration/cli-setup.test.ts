import { mkdtemp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { cliHost } from '../support/cli-host.ts';
import { startConnect } from '../support/connect-process.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

let root = '';
let home = '';
let hub: TestServer;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'signalbox-cli-setup-'));
  home = path.join(root, 'home');
  await mkdir(path.join(home, '.cursor'), { recursive: true });
  hub = await startTestHub({ dataDir: path.join(root, 'data') });
});
afterAll(async () => {
  await hub.close();
  await rm(root, { recursive: true, force: true });
});

async function run(
  args: readonly string[],
  { answer, dataDir = hub.dataDir }: { answer?: boolean; dataDir?: string } = {},
) {
  const host = cliHost({ HOME: home, PATH: '/nowhere', SIGNALBOX_DATA_DIR: dataDir }, answer);
  const exitCode = await runCli(['setup', ...args], host);
  return { exitCode, out: host.out(), err: host.err() };
}

interface Entries {
  readonly mcpServers: Readonly<Record<string, { readonly command: string; readonly args: readonly string[] }>>;
}

test('[SU16][SU17] clients are listed, shown, set up when the person says so, and taken back', async () => {
  const file = path.join(home, '.cursor', 'mcp.json');
  await writeFile(file, '{\n  "mcpServers": {}\n}\n');
  expect((await run([])).out).toMatch(/^cursor +Cursor +yes +- +-$/mu);

  const shown = await run(['cursor']);
  expect(shown).toMatchObject({ exitCode: 1, err: expect.stringMatching(/^cancelled: .*add --yes/u) as string });
  expect(shown.out).toContain(`${file}\n@@`);
  expect(shown.out).toContain('+    "signalbox": {');
  expect(await run(['cursor'], { answer: false })).toMatchObject({
    exitCode: 1,
    err: 'cancelled: Nothing was written.\n',
  });
  expect(await readFile(file, 'utf8')).toBe('{\n  "mcpServers": {}\n}\n');

  const done = await run(['cursor', '--as', 'my cursor', '--role', 'viewer'], { answer: true });
  expect(done).toMatchObject({ exitCode: 0, err: '' });
  expect(done.out).toMatch(
    /Cursor is set up, as my cursor\. Start it anew.+before-signalbox.+\n.+Auto-run.+\nTake it back with: signalbox setup cursor --undo\n$/su,
  );
  expect((await run([])).out).toMatch(/^cursor +Cursor +yes +yes, as my cursor +-$/mu);
  expect((await run(['cursor', '--as', 'my cursor', '--role', 'viewer', '--yes'])).out).toContain('is already set up');
  const other = await run(['cursor', '--yes']);
  expect(other).toMatchObject({ exitCode: 1, err: expect.stringContaining('client_file_taken') as string });

  expect(await run(['cursor', '--undo', '--yes'])).toMatchObject({ exitCode: 0 });
  expect(await readFile(file, 'utf8')).toBe('{\n  "mcpServers": {}\n}\n');
  expect(await run(['cursor', '--undo', '--yes'])).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('not_found') as string,
  });
});

test('[SU17] what is asked wrongly is refused with what there is, and it can be had as JSON', async () => {
  expect((await run(['curser'])).err).toContain('No client is called "curser"; did you mean cursor?');
  expect(await run(['--undo'])).toMatchObject({ exitCode: 2 });
  expect(await run(['cursor', '--as', ' '])).toMatchObject({ exitCode: 2 });
  const printed = await run(['codex', '--print']);
  expect(printed.out).toContain('codex mcp add signalbox -- ');
  expect(printed.out).toContain('--bearer-token-env-var SIGNALBOX_KEY');
  expect((await run(['--print'])).out).toContain('mcp-remote');
  const lines = (await run(['--json'])).out.trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { client: string }).client)).toContain('claude-code');
  const json = JSON.parse((await run(['zed', '--yes', '--json'])).out) as Record<string, string>;
  expect(json).toMatchObject({ client: 'zed', kind: 'adds' });
  expect(JSON.parse(await readFile(json['file'] ?? '', 'utf8'))).toHaveProperty(
    'context_servers.signalbox.source',
    'custom',
  );
  // Without a hub too: the key is made when the client starts.
  const alone = await run(['kiro', '--yes'], { dataDir: path.join(root, 'other') });
  expect(alone).toMatchObject({ exitCode: 0 });
  expect((await run([], { dataDir: path.join(root, 'other') })).out).toMatch(
    /^kiro .*yes, as kiro +\(no hub runs\)$/mu,
  );
});

test('[SU15] what an entry starts is there, and serves under a key of its own, without a secret in the file', async () => {
  expect(await run(['claude-code', '--yes'])).toMatchObject({ exitCode: 0 });
  const text = await readFile(path.join(home, '.claude.json'), 'utf8');
  expect(text).not.toContain('sbx_');
  const entry = (JSON.parse(text) as Entries).mcpServers['signalbox'];
  const [program = '', ...args] = entry?.args ?? [];
  expect(entry?.command).toBe(process.execPath);
  expect(program).toBe(path.join(hub.dataDir, 'connect', 'connect.mjs'));
  expect((await stat(program)).mode & 0o777).toBe(0o600);
  await using client = startConnect({
    dataDir: hub.dataDir,
    node: entry?.command ?? '',
    program,
    words: [],
    args,
  });
  await client.handshake({ name: 'claude-code' });
  expect(await client.call('whoami')).not.toHaveProperty('isError');
  const key = [...hub.server.hub.state.keys.values()].find(({ name }) => name === 'claude-code');
  expect(hub.server.hub.state.workspaces.get(hub.workspace)?.roles[key?.id ?? '']).toBe('editor');
  expect((await run([])).out).toMatch(/^claude-code +Claude Code +yes +yes, as claude-code +connected$/mu);
  await client.leave();

  // A hub of a later version brings the copy up to its own.
  const built = await readFile(program, 'utf8');
  await writeFile(program, '// of another version');
  await hub.restart();
  await expect.poll(() => readFile(program, 'utf8'), { timeout: 60_000 }).toBe(built);
});
