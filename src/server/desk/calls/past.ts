import { randomUUID } from 'node:crypto';
import type { HubAnswers } from '../../../protocol/api.ts';
import type { pastCalls } from '../../../protocol/calls/past.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { CallDeps } from '../deps.ts';
import { NO_ITEMS, Opening } from '../feeds/opening.ts';

/** States of the past whose later parts may still be asked for: of more, the oldest goes. */
const MOST_OPENINGS = 4;
/** An opening of which no part was asked for in so long is forgotten, in ms. */
const KEPT_MS = 60_000;

interface PastOpening {
  readonly parts: Opening;
  askedAt: number;
}

/** The desk at any moment of the log. */
export function answerPastCalls({ hub }: Pick<CallDeps, 'hub'>): Pick<HubAnswers, keyof typeof pastCalls> {
  const openings = new Map<string, PastOpening>();
  const forget = (): void => {
    const now = hub.timers.elapsed();
    for (const [id, { askedAt }] of openings) {
      if (openings.size > MOST_OPENINGS || now - askedAt > KEPT_MS) openings.delete(id);
    }
  };
  return {
    pastOpen: async ({ seq }) => {
      const { state, recent } = await hub.audit.pastState(seq);
      const parts = new Opening({ take: () => [] }, { kind: 'snapshot', state }, recent);
      const { more, ...part } = parts.part();
      const pastId = `past_${randomUUID()}`;
      if (more) openings.set(pastId, { parts, askedAt: hub.timers.elapsed() });
      forget();
      return { pastId, state: { ...state, ...NO_ITEMS, ...part.state }, recent: part.recent, ...(more && { more }) };
    },
    pastMore: async ({ pastId }) => {
      forget();
      const opening = openings.get(pastId);
      if (!opening) throw new HubError('gone', 'This moment is not held open any more: open it again.');
      opening.askedAt = hub.timers.elapsed();
      const part = opening.parts.part();
      if (!part.more) openings.delete(pastId);
      return part;
    },
    eventsAfter: async ({ seq, limit }) => {
      const events = await hub.audit.after(seq, limit);
      return events.map(({ prevHash: _prevHash, hash: _hash, ...event }) => event);
    },
  };
}
