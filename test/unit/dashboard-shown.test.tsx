import { expect, test } from 'vitest';
import { RefusedStrip } from '../../src/dashboard/connecting/refused-strip.tsx';
import { KeyInspector } from '../../src/dashboard/features/keys/key-inspector.tsx';
import { AgentCell, DoingCell, WorkCell } from '../../src/dashboard/features/overview/lane-cells.tsx';
import { NobodyConnected } from '../../src/dashboard/features/overview/nobody-connected.tsx';
import { SearchFurther } from '../../src/dashboard/ui/search-further.tsx';
import { screenDefinitions } from '../../src/dashboard/screen-views.ts';
import { emptyServerSlice } from '../../src/dashboard/server-slice.ts';
import { HealthDot, SessionStanding, SessionStateWord } from '../../src/dashboard/ui/session-health.tsx';
import type { RefusedConnection } from '../../src/protocol/refused-connection.ts';
import type { LockState, SessionState as Session, WorkspaceState } from '../../src/protocol/state.ts';
import type { SessionPulse } from '../../src/protocol/ticks.ts';
import { hubInfo } from '../support/hub-info.ts';
import { markupOf, textOf, type Shown } from '../support/render-dashboard.tsx';

const MINUTE = 60_000;

const session: Session = {
  id: 'ses_1',
  wire: 'streamable',
  keyId: 'key_a',
  remote: '127.0.0.1:50122',
  openedAt: 0,
  status: 'ready',
  since: 0,
  subscriptions: [],
};

const heard = (lastFrameAt: number, more: Partial<SessionPulse> = {}): Shown['server'] => ({
  pulses: new Map([
    [
      'ses_1',
      {
        type: 'session.pulse',
        sessionId: 'ses_1',
        isOpen: false,
        traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
        queuedBytes: 0,
        calling: [],
        lastFrameAt,
        at: 0,
        ...more,
      },
    ],
  ]),
});

test('[UI49] a session of which nothing is open is not called ready on its page, in the inspector, or at its key', () => {
  const gone = { server: heard(0), now: 10 * MINUTE };
  expect(textOf(<SessionStateWord session={session} />, gone)).toBe('unseen');
  expect(textOf(<SessionStanding session={session} />, gone)).toBe('Nothing open, last heard 10 m ago');
  expect(markupOf(<HealthDot sessions={[session]} />, gone)).toContain(
    'aria-label="Nothing open, last heard 10 m ago"',
  );
  expect(markupOf(<HealthDot sessions={[session]} />, gone)).not.toContain('data-tone="proceed"');
  const there = { server: heard(10 * MINUTE), now: 10 * MINUTE };
  expect(textOf(<SessionStanding session={session} />, there)).toBe('ready for 10 m');
  expect(markupOf(<HealthDot sessions={[session]} />, there)).toContain('data-tone="proceed"');
  const slow = { server: heard(10 * MINUTE, { queuedBytes: 1_000_000 }), now: 10 * MINUTE };
  expect(textOf(<SessionStanding session={session} />, slow)).toContain('Slow');
});

test('[UI110] what a lane says is heard in parts: the agent, how it is, what it does, what it holds', () => {
  const locks = ['a.md', 'b.md'].map((path): LockState => ({
    lockId: path,
    workspace: 'wsp_1',
    path,
    keyId: 'key_a',
    fence: 1,
    acquiredAt: 0,
    ttlMs: 60_000,
    expiresAt: 60_000,
    waiters: [],
  }));
  const lane = {
    id: 'key_a',
    keyId: 'key_a',
    sessions: [session],
    lostAt: undefined,
    held: locks,
    waits: [],
    jobs: [],
  };
  const cells = (
    <>
      <AgentCell lane={lane} />
      <DoingCell lane={lane} />
      <WorkCell lane={lane} />
    </>
  );
  const key = { id: 'key_a', name: 'planner', secretSha256: '', createdAt: 0 };
  const said = textOf(cells, { server: { ...heard(0), keys: new Map([['key_a', key]]) } }).replaceAll(
    / (?=[,.])/gu,
    '',
  );
  expect(said).toMatch(/^planner,.* HTTP, .*\. holds a\.md since \S+\. holds a\.md .*, holds b\.md .*,?\.$/u);
});

const workspace: WorkspaceState = {
  id: 'wsp_1',
  name: 'default',
  createdAt: 0,
  intelligence: false,
  quotaBytes: 1,
  usedBytes: 0,
  fileCount: 0,
  roles: { key_a: 'owner' },
};

test('[UI104] the rail has the numbers of the screens’ titles: agents that are there, and sessions that are open', () => {
  const all = [
    session,
    { ...session, id: 'ses_2' },
    { ...session, id: 'ses_3', keyId: 'key_b' },
    { ...session, id: 'ses_4', keyId: 'key_c', status: 'dropped' } as const,
  ];
  const workspaces = new Map([['wsp_1', workspace]]);
  const server = { ...emptyServerSlice, workspaces, sessions: new Map(all.map((one) => [one.id, one])) };
  const isSilent = ({ keyId }: Session): boolean => keyId === 'key_b';
  const numbers = (scope: string | undefined) =>
    ['overview', 'sessions'].map((key) =>
      screenDefinitions.find((screen) => screen.key === key)?.count?.(server, scope, isSilent),
    );
  expect(numbers(undefined)).toEqual([1, 3]);
  const two = new Map([...workspaces, ['wsp_2', { ...workspace, id: 'wsp_2', roles: { key_b: 'owner' } as const }]]);
  const here = { ...server, workspaces: two };
  expect(screenDefinitions.find(({ key }) => key === 'sessions')?.count?.(here, 'wsp_1', isSilent)).toBe(2);
});

test('[UI67] the line above the agents says who was refused, with which key, from where, and how often', () => {
  const one: RefusedConnection = {
    id: 1,
    firstAt: 0,
    lastAt: 0,
    count: 3,
    address: '127.0.0.1',
    client: 'my-client/1',
    request: 'POST /mcp',
    status: 401,
    code: 'unauthorized',
    message: 'Unknown key.',
    key: { kind: 'unknown', end: 'T5' },
    frameIds: [],
  };
  const said = textOf(<RefusedStrip />, { server: { refused: [one] } });
  expect(said).toContain('my-client/1 was refused: it sent a key that this hub does not know, ending in …T5.');
  expect(said).toMatch(/From 127\.0\.0\.1 ?, 3 times, the last/u);
});

test('[UI106] that nobody is connected is said of a workspace where agents of others are', () => {
  const said = (elsewhere: number) =>
    textOf(<NobodyConnected workspace={workspace} elsewhere={elsewhere} />, { server: { hub: hubInfo } });
  expect(said(0)).toContain('No agent is connected');
  expect(said(1)).toContain('No agent of default is connected');
});

test('[UI107] a key that was revoked long ago goes by its name, and is not called unknown', () => {
  const pastKeyNames = new Map([['key_old', 'retired']]);
  expect(textOf(<KeyInspector keyId="key_old" />, { server: { pastKeyNames } })).toContain(
    'retired was revoked long ago',
  );
  expect(textOf(<KeyInspector keyId="key_x" />)).toContain('This key is not known');
});

test('[UX93] a filter that finds nothing in what was read says how much that was, and leads further', () => {
  const pages = { items: Array.from({ length: 1_200 }), isLoadingMore: false, loadMore: () => undefined };
  expect(textOf(<SearchFurther icon={undefined} what="job" pages={pages} />)).toBe(
    'No job is like that so far The newest 1,200 were searched. Search further',
  );
});
