import type { EventDefinition, EventsOf, HubEvent } from './events.ts';
import { nounOf, type NounOf } from './noun.ts';
import { reduceAccess } from './reduce/access.ts';
import { reduceAgent } from './reduce/agents.ts';
import { reduceAudit } from './reduce/audit.ts';
import { reduceHub } from './reduce/hub.ts';
import { reduceJob } from './reduce/jobs.ts';
import { reduceKey } from './reduce/keys.ts';
import { reduceLink } from './reduce/links.ts';
import { reduceLock } from './reduce/locks.ts';
import { reduceSession } from './reduce/sessions.ts';
import { reduceTransfer } from './reduce/transfers.ts';
import { reduceUpload } from './reduce/uploads.ts';
import { reduceFileUsage, reduceWorkspace } from './reduce/workspaces.ts';
import type { HubState } from './state.ts';
import { timeOf } from './time-of.ts';

/** The nouns with a type that may change the state: a map, as their definitions say, or `retention`, which is none. */
type StateNoun = NounOf<Exclude<EventDefinition, { state: readonly [] }>['type']> | 'audit';

// Nothing of the events is loaded here, only their types: the log's threads start without their schemas.
const reducers: { readonly [N in StateNoun]: (state: HubState, event: EventsOf<N>) => void } = {
  access: reduceAccess,
  audit: reduceAudit,
  hub: reduceHub,
  key: reduceKey,
  agent: reduceAgent,
  workspace: reduceWorkspace,
  member: reduceWorkspace,
  session: reduceSession,
  file: reduceFileUsage,
  transfer: reduceTransfer,
  link: reduceLink,
  upload: reduceUpload,
  lock: reduceLock,
  job: reduceJob,
};
const reducerOf: Readonly<Record<string, ((state: HubState, event: never) => void) | undefined>> = reducers;

/**
 * The one place where state changes. `event.seq` must be `state.seq + 1`: a gap means that an
 * event was lost, and throws.
 */
export function applyEvent(state: HubState, event: HubEvent): void {
  if (event.seq !== state.seq + 1) {
    throw new Error(`Event ${event.seq} cannot follow ${state.seq}: the log has no gaps`);
  }
  state.seq = event.seq;
  state.at = event.at;
  state.clockAt = timeOf(event);
  reducerOf[nounOf(event.type)]?.(state, event as never); // each reducer gets the events of its noun
}
