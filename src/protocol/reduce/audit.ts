import type { EventOf, EventsOf } from '../events.ts';
import type { HubState } from '../state.ts';
import type { LogCut } from '../retention-state.ts';

/** How long the log is kept, and where it begins. */
export function reduceAudit(state: HubState, event: EventsOf<'audit'>): void {
  switch (event.type) {
    case 'audit.retention_set': {
      const { keepMs: _before, ...rest } = state.retention;
      state.retention = event.keepMs === undefined ? rest : { ...rest, keepMs: event.keepMs };
      return;
    }
    case 'audit.pruned': {
      state.retention = { ...state.retention, cut: cutOf(event) };
      return;
    }
    default:
      event satisfies never;
  }
}

/** Where a log begins from which events were removed. */
export function cutOf({ throughSeq: seq, lastHash: hash, base, to, at }: EventOf<'audit.pruned'>): LogCut {
  return { seq, hash, base, to, at };
}
