import type { Hub } from '../../../hub/hub.ts';
import { collections, type Collection } from '../../../protocol/collections.ts';
import { jsonBytes } from '../../../protocol/digest.ts';
import type { AgentActivity } from '../../../protocol/activity.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { OpenPart } from '../../../protocol/open-answer.ts';

/** Bytes of JSON of one part: little enough to be made, sent and read without a pause that is felt. */
const PART_BYTES = 256 * 1024;

/** The lists of a snapshot of which a part has nothing. */
export const NO_ITEMS = {
  ...{ keys: [], workspaces: [], sessions: [], locks: [], jobs: [], uploads: [], transfers: [], links: [] },
} as const satisfies Readonly<Record<Collection, readonly unknown[]>>;

type HubAnswer = Awaited<ReturnType<Hub['attach']>['answer']>;

/** A list of the answer, and how much of it was given. */
interface Given {
  readonly list: readonly unknown[];
  readonly add: (part: Draft, item: unknown) => void;
  next: number;
}

interface Draft {
  readonly state: Partial<Record<Collection, unknown[]>>;
  readonly recent: HubEvent[];
  readonly agents: AgentActivity[];
  readonly events: HubEvent[];
}

/** What a dashboard opens with, given part by part as it asks for it, and then what has happened meanwhile. */
export class Opening {
  readonly #attached: Pick<ReturnType<Hub['attach']>, 'take'>;
  readonly #lists: Given[];
  #isFirst = true;

  constructor(
    attached: Pick<ReturnType<Hub['attach']>, 'take'>,
    found: HubAnswer,
    recent: readonly HubEvent[],
    agents: readonly AgentActivity[] = [],
  ) {
    this.#attached = attached;
    const addEvent = (part: Draft, event: unknown): void => void part.events.push(event as HubEvent); // of `events` below
    this.#lists =
      found.kind === 'events'
        ? [{ list: found.events, add: addEvent, next: 0 }]
        : [
            ...collections.map((name) => ({
              list: found.state[name],
              add: (part: Draft, item: unknown): void => void (part.state[name] ??= []).push(item),
              next: 0,
            })),
            { list: recent, add: (part, event) => void part.recent.push(event as HubEvent), next: 0 },
            { list: agents, add: (part, agent) => void part.agents.push(agent as AgentActivity), next: 0 },
          ];
  }

  /** The next part; one without `more` is the last. */
  part(): OpenPart {
    const part: Draft = { state: {}, recent: [], agents: [], events: [] };
    let left = PART_BYTES;
    for (;;) {
      // What came while one part was made follows as a push; what came while a reader asked for several is given here.
      const given = this.#lists[0] ?? (this.#isFirst ? undefined : this.#meanwhile());
      if (!given) return part as OpenPart; // its lists have what the snapshot's have
      while (given.next < given.list.length) {
        if (left <= 0) {
          this.#isFirst = false;
          return { ...(part as OpenPart), more: true };
        }
        const item = given.list[given.next];
        given.next += 1;
        given.add(part, item);
        left -= jsonBytes(item);
      }
      this.#lists.shift();
    }
  }

  #meanwhile(): Given | undefined {
    const list = this.#attached.take().map(({ event }) => event);
    if (list.length === 0) return undefined;
    const given: Given = { list, add: (part, event) => void part.events.push(event as HubEvent), next: 0 };
    this.#lists.push(given);
    return given;
  }
}
