import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseExpiry } from '../../src/cli/expiry.ts';
import { matchesQuery } from '../../src/protocol/audit-match.ts';
import { EventPrinter } from '../../src/cli/event-printer.ts';
import { actorMeant } from '../../src/cli/event-filter.ts';
import { findHub } from '../../src/cli/find-hub.ts';
import { reportError, writeJson } from '../../src/cli/host.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { formatDateTime } from '../../src/protocol/words/units.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { cliHost } from '../support/cli-host.ts';

async function run(...args: string[]) {
  const host = cliHost();
  const exitCode = await runCli(args, host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('[CL1] a wrong command line ends with 2 and says on stderr in one line what is wrong', async () => {
  for (const [args, says] of [
    [['serve', '--port', '99999'], '65535'],
    [['serve', '--port', '-1'], '65535'],
    [['serve', '--nonsense'], '--nonsense'],
    [['serve', '--requests-per-second', 'many'], '0 is no limit'],
    [['serve', '--log-level', 'loud'], 'loud'],
    [['keys', 'create'], 'name'],
    [['keys', 'create', 'a', '--role', 'king'], 'king'],
    [['nonsense'], 'nonsense'],
    [['audit', 'tail', '-n', 'x'], '1000'],
    [['keys', 'create', 'a', '--expires', 'soon'], '30d'],
    [['keys', 'create', 'a', '--expires', '2027-02-31'], '2027-02-31'],
    [['serve', '--data-dir', ''], 'A folder is expected'],
    [['audit', 'recover', '--data-dir', ''], 'A folder is expected'],
    [['audit', 'tail', '--type', 'bogus'], 'Nouns are hub, key,'],
    [['audit', 'tail', '--type', 'lock', 'lock.aquired'], 'Did you mean lock.acquired? Of lock there are lock.'],
  ] as const) {
    const { exitCode, out, err } = await run(...args);
    expect([args, exitCode, out]).toEqual([args, 2, '']);
    expect(err).toMatch(/^invalid_argument: .*\n$/u);
    expect(err).toContain(says);
  }
});

test.each([
  [['serve', '--prot', '1'], "Unknown option '--prot'. Did you mean --port? See --help."],
  [['sevre'], "Unknown command 'sevre'. Did you mean serve? See --help."],
  [['serve', '--nonsense'], "Unknown option '--nonsense'. See --help."],
])('[CL1] %j is answered with what was probably meant', async (args, says) => {
  expect((await run(...args)).err).toBe(`invalid_argument: ${says}\n`);
});

test('[CL2] with --json errors are JSON too', async () => {
  const { err } = await run('serve', '--json', '--port', 'x');
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'invalid_argument' } });
});

test('[CL3] every command has --help, and the program says what its exit codes mean', async () => {
  for (const args of [
    ['serve'],
    ['keys', 'create'],
    ['keys', 'list'],
    ['keys', 'revoke'],
    ['agent'],
    ['audit', 'tail'],
    ['audit', 'verify'],
  ]) {
    const { exitCode, out } = await run(...args, '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain(`signalbox ${args.join(' ')}`);
    expect(out).toContain('--json');
    if (args[0] !== 'serve')
      for (const option of ['--url', '--admin-token', '--data-dir']) expect(out).toContain(option);
  }
  const { out } = await run('--help');
  expect(out).toContain('Exit codes:');
  expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/u);
});

test('[CL4] without a running hub a command ends with 3 and says where it looked', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-cli-'));
  try {
    const none = await run('keys', 'list', '--data-dir', dataDir);
    expect([none.exitCode, none.out]).toEqual([3, '']);
    expect(none.err).toMatch(/^hub_closed: /u);
    expect(none.err).toContain(dataDir);
    const gone = await run('keys', 'list', '--url', 'http://127.0.0.1:9', '--admin-token', 'x');
    expect(gone.exitCode).toBe(3);
    const noToken = await run('keys', 'list', '--url', 'http://127.0.0.1:9', '--data-dir', dataDir);
    expect([noToken.exitCode, noToken.err]).toEqual([3, expect.stringContaining('--admin-token')]);
    const noAddress = await run('keys', 'list', '--url', 'desk', '--admin-token', 'x');
    expect([noAddress.exitCode, noAddress.err]).toEqual([
      2,
      expect.stringMatching(/^invalid_argument: --url .*"desk"/u),
    ]);
    await writeFile(
      path.join(dataDir, 'hub.lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, url: 'http://127.0.0.1:9', adminToken: 'x' }),
    );
    expect((await run('audit', 'verify', '--data-dir', dataDir)).exitCode).toBe(3);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('[CL5] the token of a data directory goes to its own hub only', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-cli-'));
  try {
    const lock = { pid: process.pid, url: 'http://127.0.0.1:7400', adminToken: 'secret' };
    await writeFile(path.join(dataDir, 'hub.lock'), JSON.stringify(lock));
    const host = cliHost();
    expect(await findHub({ dataDir }, host)).toEqual({ url: lock.url, adminToken: 'secret' });
    expect(await findHub({ dataDir, url: 'http://127.0.0.1:7400/' }, host)).toMatchObject({ adminToken: 'secret' });
    await expect(findHub({ dataDir, url: 'http://evil.example:7400' }, host)).rejects.toMatchObject({ exitCode: 3 });
    expect(await findHub({ dataDir, url: 'http://other:1', adminToken: 'mine' }, host)).toEqual({
      url: 'http://other:1',
      adminToken: 'mine',
    });
    expect(await findHub({}, cliHost({ SIGNALBOX_DATA_DIR: dataDir }))).toMatchObject({ url: lock.url });
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('[CL6] an expiry is a span from now or a date, and in the future', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(parseExpiry('30d', now)).toBe(Date.UTC(2026, 0, 31));
  expect(parseExpiry('12h', now)).toBe(now + 12 * 3_600_000);
  expect(parseExpiry('2w', now)).toBe(Date.UTC(2026, 0, 15));
  expect(parseExpiry('2027-01-31', now)).toBe(Date.UTC(2027, 0, 31));
  expect(parseExpiry('2028-02-29', now)).toBe(Date.UTC(2028, 1, 29));
  expect(parseExpiry('2026-01-01T00:00:01Z', now)).toBe(now + 1_000);
  for (const wrong of [
    '0d',
    '30',
    'd',
    '-1d',
    '2025-01-01',
    '2026-13-01',
    '2027-02-31',
    '2027-02-29T10:00:00Z',
    '1y',
    '',
  ]) {
    expect(() => parseExpiry(wrong, now)).toThrow(/--expires/u);
  }
});

const event = { seq: 7, at: Date.UTC(2026, 0, 1), actor: { kind: 'agent', key: 'key_1' } } as const;

const nobodys = (): undefined => undefined;

test('[CL7] a pushed event is filtered as the hub filters a page', () => {
  const lock: HubEvent = {
    ...event,
    type: 'lock.renewed',
    workspace: 'wsp_1',
    path: 'a',
    lockId: 'l',
    ttlMs: 1,
    expiresAt: 1,
  };
  expect(matchesQuery(lock, {}, nobodys)).toBe(true);
  expect(matchesQuery(lock, { types: ['lock'], by: 'key_1', workspace: 'wsp_1' }, nobodys)).toBe(true);
  expect(matchesQuery(lock, { types: ['lock.renewed'] }, nobodys)).toBe(true);
  expect(matchesQuery(lock, { types: ['file', 'lock.released'] }, nobodys)).toBe(false);
  expect(matchesQuery(lock, { by: 'human' }, nobodys)).toBe(false);
  expect(matchesQuery(lock, { workspace: 'wsp_2' }, nobodys)).toBe(false);
  const revoked: HubEvent = { ...event, actor: { kind: 'human' }, type: 'key.revoked', keyId: 'k' };
  expect(matchesQuery(revoked, { by: 'human' }, nobodys)).toBe(true);
  expect(matchesQuery(revoked, { by: 'k' }, nobodys)).toBe(false);
  expect(matchesQuery(revoked, { involving: 'k' }, nobodys)).toBe(true);
});

const world = takeSnapshot(emptyState());
const planner = { id: 'key_1', name: 'planner', secretSha256: '', createdAt: 0 };

test('[CL8] events are printed once, in order, and cannot write control characters to a terminal', () => {
  const host = cliHost();
  const printer = new EventPrinter(host, false);
  printer.know({ ...world, keys: [planner] });
  const dropped: HubEvent = { ...event, type: 'session.dropped', sessionId: 'ses_1', reason: '\u001B[2Jgone\u202E\n' };
  const denied: HubEvent = { ...event, seq: 8, type: 'access.denied', code: 'forbidden', what: 'read \u009B2K\uFEFF' };
  printer.print([dropped]);
  printer.print([dropped]);
  printer.print([{ ...dropped, seq: 6 }, denied]);
  const at = formatDateTime(event.at);
  expect(host.out().split('\n')).toEqual([
    `     7  ${at}  planner  -  lost its connection: \\u001b[2Jgone\\u202e\\n`,
    `     8  ${at}  planner  -  was refused "read \\u009b2K\\ufeff": its role does not allow it`,
    '',
  ]);
});

test('[CL18] an event is a sentence with names instead of ids, in aligned columns', () => {
  const workspace = 'wsp_1';
  const human = { kind: 'human' } as const;
  const lock = { workspace, path: 'my plan.md', lockId: 'lck_1', ttlMs: 60_000, expiresAt: 1 };
  const events: readonly HubEvent[] = [
    { ...event, seq: 8, actor: human, type: 'key.created', keyId: 'key_2', name: 'the writer', secretSha256: '' },
    { ...event, seq: 9, cause: 'frm_1', type: 'lock.acquired', ...lock, keyId: 'key_2', waiterId: 'w', waitedMs: 40 },
    { ...event, seq: 10, cause: 9, type: 'job.started', workspace, jobId: 'job_1' },
    { ...event, seq: 11, actor: { kind: 'hub' }, type: 'session.dropped', sessionId: 'ses_1', reason: 'gone' },
  ];
  const host = cliHost();
  const printer = new EventPrinter(host, false);
  printer.know({
    ...world,
    keys: [planner],
    workspaces: [
      {
        id: workspace,
        name: 'docs',
        createdAt: 0,
        intelligence: false,
        quotaBytes: 1,
        usedBytes: 0,
        fileCount: 0,
        roles: {},
      },
    ],
  });
  printer.hear([
    { ...event, seq: 1, type: 'session.opened', sessionId: 'ses_1', wire: 'sse', keyId: 'key_1', remote: '' },
    {
      ...event,
      seq: 2,
      type: 'job.queued',
      workspace,
      jobId: 'job_1',
      kind: 'file_extract',
      fileId: 'f',
      path: 'a.pdf',
      version: 1,
      attempt: 1,
    },
  ]);
  printer.print(events);
  const at = formatDateTime(event.at);
  expect(host.out().split('\n')).toEqual([
    `     8  ${at}  human    -     created the key "the writer"`,
    `     9  ${at}  planner  docs  "the writer" locked "my plan.md" after waiting 40 ms  (because of frm_1)`,
    `    10  ${at}  planner  docs  began work on a.pdf  (because of event 9)`,
    `    11  ${at}  hub      -     planner lost its connection: gone`,
    '',
  ]);

  const plain = cliHost();
  new EventPrinter(plain, true).print(events);
  expect(
    plain
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(events);
});

test('[CL29] sentences name the agent of a key where it has had several, and a query takes one by name', () => {
  const host = cliHost();
  const printer = new EventPrinter(host, false);
  const agents = [{ name: 'codex' }, { name: 'codex 2', label: 'Ann' }];
  const session = { id: 'ses_1', wire: 'sse', keyId: 'key_1', agent: 'codex 2', remote: '', openedAt: 0 } as const;
  const state = {
    ...world,
    keys: [{ ...planner, agents }],
    sessions: [{ ...session, status: 'ready', since: 0, subscriptions: [] } as const],
  };
  printer.know(state);
  const actor = { kind: 'agent', key: 'key_1', agent: 'codex' } as const;
  const lock = { path: 'a.md', lockId: 'lck_1', ttlMs: 60_000, expiresAt: 1, waiterId: 'w', waitedMs: 40 };
  const named = { agent: 'codex 3', clientName: 'codex', clientVersion: '', protocolVersion: '1', capabilities: [] };
  printer.print([
    { ...event, seq: 1, actor, type: 'lock.acquired', workspace: 'w', ...lock, keyId: 'key_1', agent: 'codex 2' },
    { ...event, seq: 2, actor: { kind: 'hub' }, type: 'session.dropped', sessionId: 'ses_1', reason: 'gone' },
    { ...event, seq: 3, type: 'session.opened', sessionId: 'ses_3', wire: 'sse', keyId: 'key_1', remote: '' },
    { ...event, seq: 4, type: 'session.initialized', sessionId: 'ses_3', ...named },
    { ...event, seq: 5, actor: { kind: 'human' }, type: 'agent.renamed', keyId: 'key_1', agent: 'codex 3', name: 'Bo' },
    { ...event, seq: 6, actor: { kind: 'hub' }, type: 'session.dropped', sessionId: 'ses_3', reason: 'gone' },
  ]);
  const lines = host.out().split('\n');
  expect(lines[0]).toMatch(/planner\/codex .* planner\/Ann locked a\.md/u);
  expect(lines[1]).toMatch(/hub .* planner\/Ann lost its connection/u);
  expect(lines[5]).toMatch(/hub .* planner\/Bo lost its connection/u);

  expect(
    ['human', 'planner', 'key_1/codex', 'planner/codex 2', 'planner/Ann'].map((who) => actorMeant(state, who)),
  ).toEqual(['human', 'key_1', 'key_1/codex', 'key_1/codex 2', 'key_1/codex 2']);
  expect(() => actorMeant(state, 'planner/nobody')).toThrow('has no agent "nobody". It has had codex, codex 2.');
});

test('[CL23] a JSON value is one line also for readers that end lines at U+2028', () => {
  const host = cliHost();
  const reason = 'one\u2028two\u2029three\u0085four';
  writeJson(host, { reason });
  reportError(host, new HubError('not_found', reason), true);
  for (const line of [host.out(), host.err()]) {
    expect(line.slice(0, -1)).not.toMatch(/[\n\r\u0085\u2028\u2029]/u);
    expect(JSON.stringify(JSON.parse(line))).toContain(reason);
  }
});
