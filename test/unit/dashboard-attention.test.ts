import { expect, test } from 'vitest';
import { faceOf, noticeOf, withNotices, type Missed } from '../../src/dashboard/attention/attention.ts';
import { agentsThere } from '../../src/dashboard/presence.ts';
import { createPreferences } from '../../src/dashboard/preferences.ts';
import type { HubEvent } from '../../src/protocol/events.ts';

const base = { at: 1, actor: { kind: 'hub' } } as const;
const denied = (seq: number, keyId: string): HubEvent => ({
  ...base,
  seq,
  type: 'access.denied',
  keyId,
  code: 'forbidden',
  what: 'file_write',
});
const dropped = (seq: number, sessionId: string): HubEvent => ({
  ...base,
  seq,
  type: 'session.dropped',
  sessionId,
  reason: 'its stream ended',
});
const failed: HubEvent = {
  ...base,
  seq: 9,
  type: 'job.failed',
  workspace: 'wsp_1',
  jobId: 'job_1',
  code: 'internal',
  message: 'no',
  ms: 1,
  log: [],
};
const started: HubEvent = { ...base, seq: 1, type: 'hub.started', version: '1', pid: 1 };

const agentOf = (sessionId: string) => (sessionId === 'ses_1' ? 'key_1/codex' : undefined);
const all = { refused: true, lost: true, failed: true, system: false };
const missedOf = (events: readonly HubEvent[], wanted = all, there: readonly string[] = []): Missed =>
  withNotices(
    new Map(),
    events.flatMap((event) => noticeOf(event, { agentOf, isThere: (agent) => there.includes(agent) }) ?? []),
    wanted,
  );

test('[UI95] what was refused, lost or failed is counted, each agent once; nothing else is', () => {
  expect(faceOf(missedOf([started]), 2)).toEqual({ title: '(2) Signalbox', light: 'waiting' }); // logins that wait
  expect(faceOf(missedOf([started]))).toEqual({ title: 'Signalbox', light: 'proceed' });
  const flapping = [dropped(2, 'ses_1'), dropped(3, 'ses_1'), dropped(4, 'ses_1')];
  expect(faceOf(missedOf(flapping))).toEqual({ title: '(1) Signalbox', light: 'waiting' });
  const more = [...flapping, denied(5, 'key_1'), denied(6, 'key_2'), denied(7, 'key_2'), failed];
  expect(faceOf(missedOf(more))).toEqual({ title: '(4) Signalbox', light: 'refused' });
  expect(missedOf(more).get('refused key_2')?.event.seq).toBe(7); // a click opens the last
});

test('[UI95] a client that was refused is one thing to look at; one that goes on by itself is none', () => {
  const refused = (seq: number, code: 'unauthorized' | 'bad_request', client = 'claude-code/2.4.1'): HubEvent => ({
    ...base,
    seq,
    type: 'connection.refused',
    address: '127.0.0.1',
    client,
    request: 'POST /mcp',
    status: 401,
    code,
    message: 'Unknown key.',
    key: 'unknown',
    count: 1,
    firstAt: 1,
    lastAt: 1,
  });
  const missed = missedOf([
    refused(2, 'unauthorized'),
    refused(3, 'unauthorized'),
    refused(4, 'bad_request', 'curl/8'),
  ]);
  expect([...missed.values()].map(({ words, event }) => [words, event.seq])).toEqual([
    ['claude-code/2.4.1 was refused: it showed no key that the hub knows', 3],
  ]);
  expect(faceOf(missed)).toEqual({ title: '(1) Signalbox', light: 'refused' });
});

test('[DK12] wrong passwords on a link are one thing to look at, and that a link is over is none', () => {
  const refused = (seq: number, why: 'password' | 'expired'): HubEvent => ({
    ...base,
    seq,
    type: 'link.refused',
    workspace: 'wsp_1',
    linkId: 'lnk_1',
    path: 'plan.md',
    why,
    tries: 1,
    remote: '10.0.0.4',
  });
  const [notice, ...more] = missedOf([refused(2, 'password'), refused(3, 'password'), refused(4, 'expired')]).values();
  expect(notice).toMatchObject({ kind: 'refused', words: 'A wrong password was tried on a link to plan.md' });
  expect(notice?.event.seq).toBe(3);
  expect(more).toEqual([]);
});

test('[UI95] an agent that lost one of its connections and has another is not lost', () => {
  expect(missedOf([dropped(2, 'ses_1')], all, ['key_1/codex']).size).toBe(0);
  expect(missedOf([dropped(2, 'ses_1')], all, ['key_2/codex']).size).toBe(1);
});

test('[UI100] that one agent of a key is lost or refused is shown also while another agent of the key is there', () => {
  const lost = missedOf([dropped(2, 'ses_1')], all, ['key_1/codex 2', 'key_1']);
  expect([...lost.values()]).toMatchObject([{ about: 'lost key_1/codex', agent: 'key_1/codex' }]);
  const by = (seq: number, agent: string): HubEvent => ({
    ...denied(seq, 'key_1'),
    actor: { kind: 'agent', key: 'key_1', agent },
  });
  expect([...missedOf([by(3, 'codex'), by(4, 'codex 2'), by(5, 'codex')]).keys()]).toEqual([
    'refused key_1/codex',
    'refused key_1/codex 2',
  ]);
  expect([...agentsThere([there('key_1', 'codex'), there('key_1', 'codex 2'), there('key_2')])]).toEqual([
    'key_1/codex',
    'key_1/codex 2',
    'key_2',
  ]);
});

const there = (keyId: string, agent?: string) =>
  ({ keyId, status: 'ready', ...(agent === undefined ? {} : { agent }) }) as const;

test('[UI95] [UI116] the person chooses what is counted', () => {
  const some = [dropped(2, 'ses_1'), failed];
  expect(faceOf(missedOf(some, { ...all, lost: false }))).toEqual({ title: '(1) Signalbox', light: 'refused' });
  expect(faceOf(missedOf(some, { ...all, lost: false, failed: false })).title).toBe('Signalbox');
  const none: Missed = new Map();
  expect(withNotices(none, [], all)).toBe(none);
});

test('[UI96] a choice is kept for the next visit; one that is damaged counts as none', () => {
  let kept: string | undefined;
  const memory = { get: () => kept, set: (value: string) => void (kept = value) };
  const first = createPreferences(memory);
  expect(first.getState()).toEqual({
    alerts: {},
    density: 'regular',
    newKeyRole: 'editor',
    feedReads: false,
    notice: { refused: true, lost: true, failed: false, system: false },
  });
  first.setState({ density: 'roomy', newKeyRole: 'viewer' });
  expect(createPreferences(memory).getState()).toMatchObject({ density: 'roomy', newKeyRole: 'viewer' });
  for (const damaged of ['', '{', '[]', 'null', '{"density":"huge","notice":7}']) {
    kept = damaged;
    expect(createPreferences(memory).getState()).toMatchObject({ density: 'regular', notice: { refused: true } });
  }
  kept = '{"density":"huge","newKeyRole":"owner"}';
  expect(createPreferences(memory).getState()).toMatchObject({ density: 'regular', newKeyRole: 'owner' });
});
