import { expect, test } from 'vitest';
import type { EncodedEvent } from '../../src/hub/hub.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { emptyState } from '../../src/protocol/state.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { LastTicks } from '../../src/server/desk/feeds/last-ticks.ts';

function pulse(sessionId: string, framesIn: number): Tick {
  return {
    type: 'session.pulse',
    sessionId,
    traffic: { framesIn, framesOut: 0, bytesIn: 0, bytesOut: 0 },
    isOpen: true,
    queuedBytes: 0,
    calling: [],
    lastFrameAt: 0,
    at: 0,
  };
}

test('[UI33] who opens in the middle gets the newest progress of what is under way, and of nothing else', () => {
  const state = emptyState();
  state.sessions.set('ses_1', {
    id: 'ses_1',
    wire: 'sse',
    keyId: 'key_1',
    remote: '',
    openedAt: 0,
    status: 'ready',
    since: 0,
    subscriptions: [],
  });
  const last = new LastTicks({ state });
  last.keep(pulse('ses_1', 1));
  last.keep(pulse('ses_1', 2));
  last.keep(pulse('ses_gone', 1));
  last.keep({ type: 'job.progress', jobId: 'job_gone', workspace: 'wsp_1', fraction: 1, at: 0 });
  expect(last.all()).toEqual([pulse('ses_1', 2)]);
  const closed: HubEvent = {
    seq: 1,
    at: 0,
    actor: { kind: 'hub' },
    type: 'session.closed',
    sessionId: 'ses_1',
    reason: 'left',
    traffic: { framesIn: 2, framesOut: 0, bytesIn: 0, bytesOut: 0 },
  };
  last.onEvents([{ event: closed, json: '' } satisfies EncodedEvent]);
  expect(last.all()).toEqual([]);
});
