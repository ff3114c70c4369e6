import { expect, test } from 'vitest';
import { matchesQuery } from '../../src/protocol/audit-match.ts';
import { EventPrinter } from '../../src/cli/event-printer.ts';
import { actorMeant } from '../../src/cli/event-filter.ts';
import { reportError, writeJson } from '../../src/cli/host.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { formatDateTime } from '../../src/protocol/words/units.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { cliHost } from '../support/cli-host.ts';

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
