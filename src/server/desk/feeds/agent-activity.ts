import { idOfAgent } from '../../../protocol/agent-id.ts';
import type { Hub, EncodedEvent } from '../../../hub/hub.ts';
import {
  countedIn,
  agentOfEvent,
  lastAction,
  type Activity,
  type ActivitySeen,
  type AgentActivity,
} from '../../../protocol/activity.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { timeOf } from '../../../protocol/time-of.ts';

/**
 * What each agent did in the last minutes, for a dashboard that opens later: under load the last events that it is
 * sent are those of a few seconds. Of agents without a session nothing is kept.
 */
export class AgentActivityFeed {
  readonly #hub: Pick<Hub, 'state'>;
  readonly #since: number;
  readonly #strips = new Map<string, Activity>();
  readonly #actions = new Map<string, HubEvent>();
  #seq: number;

  constructor(hub: Pick<Hub, 'state' | 'now'>) {
    this.#hub = hub;
    this.#since = hub.now();
    this.#seq = hub.state.seq;
  }

  /** Takes events, in order. */
  onEvents(batch: readonly EncodedEvent[]): void {
    for (const { event } of batch) {
      this.#seq = event.seq;
      const id = agentOfEvent(event);
      if (id === undefined) continue;
      this.#strips.set(id, countedIn(this.#strips.get(id), timeOf(event)));
      const action = lastAction(this.#actions.get(id), event);
      if (action) this.#actions.set(id, action);
    }
    // Not with each event, as it looks at all of them.
    if (this.#strips.size > 2 * this.#hub.state.sessions.size + 100) this.#forgetGone();
  }

  /** What is known of the agents that have a session. */
  all(): ActivitySeen & { readonly agents: readonly AgentActivity[] } {
    this.#forgetGone();
    const agents = [...this.#strips].map(([id, strip]) => {
      const action = this.#actions.get(id);
      return { id, ...strip, ...(action && { action }) };
    });
    return { since: this.#since, seq: this.#seq, agents };
  }

  #forgetGone(): void {
    const here = new Set([...this.#hub.state.sessions.values()].map(idOfAgent));
    for (const id of this.#strips.keys()) {
      if (here.has(id)) continue;
      this.#strips.delete(id);
      this.#actions.delete(id);
    }
  }
}
