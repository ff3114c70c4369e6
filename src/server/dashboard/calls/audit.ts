import type { HubApi } from '../../../protocol/api.ts';
import type { StoredEvent } from '../../../protocol/events.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { CallDeps } from '../deps.ts';

type AuditCalls = Pick<HubApi, 'auditPage' | 'event' | 'causes' | 'effects' | 'verifyLog'>;

/** What the log has, and why. Only what is on disk can be read here. */
export function auditCalls({ hub, frames }: CallDeps): AuditCalls {
  return {
    auditPage: async (query) => hub.audit.page(query),
    event: async (seq) => {
      const event = await hub.audit.event(seq);
      if (event) return event;
      throw new HubError('not_found', `The log has no event ${seq}; its last is ${hub.state.seq}.`);
    },
    causes: async (seq) => {
      const events: readonly StoredEvent[] = await hub.audit.causes(seq);
      const cause = events.at(-1)?.cause ?? (await hub.audit.event(seq))?.cause;
      const frame = typeof cause === 'string' ? frames.detail(cause)?.frame : undefined;
      return frame ? { events, frame } : { events };
    },
    effects: async (cause) => hub.audit.effects(cause),
    verifyLog: async () => hub.audit.verify(),
  };
}
