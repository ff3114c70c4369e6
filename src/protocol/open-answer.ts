import type { ActivitySeen, AgentActivity } from './activity.ts';
import { collections, type Collection } from './collections.ts';
import type { HubEvent } from './events.ts';
import type { StateSnapshot } from './snapshot.ts';

/** Facts about the hub that do not change while it runs. */
export interface HubInfo {
  /** `CHANNEL_VERSION` of the hub. */
  readonly protocolVersion: number;
  readonly productVersion: string;
  /** Random per launch; frames and pulses of another launch are not there any more. */
  readonly launchId: string;
  /** Identifies the log: a replica of another log must not be continued. */
  readonly logId: string;
  readonly startedAt: number;
  /** Where agents connect, e.g. `http://127.0.0.1:7337`, or the public address if there is one. */
  readonly url: string;
  /** Whether only programs of this machine reach it: it listens on loopback, and was given no public address. */
  readonly onlyLocal: boolean;
  readonly dataDir: string;
  readonly node: string;
  /** Whether `sampleAgentsStart` can work in this host. */
  readonly sampleAgents: boolean;
  /** Whether files can be handed over by path (Electron). */
  readonly localPaths: boolean;
}

/**
 * The first answer on a channel: everything, or just what was missed. With `more` it is the first part of that:
 * `openMore` gives the next one, each of some hundred KiB, so that a channel that is slow or new gets through.
 */
export type OpenAnswer = { readonly hub: HubInfo; readonly now: number; readonly more?: true } & (
  | {
      readonly kind: 'snapshot';
      readonly state: StateSnapshot;
      readonly recent: readonly HubEvent[];
      /** What the agents that are there have been doing; of more than the last events. */
      readonly activity?: ActivitySeen & { readonly agents: readonly AgentActivity[] };
      /** What happened after the snapshot while its parts were sent. */
      readonly events?: readonly HubEvent[];
    }
  | { readonly kind: 'events'; readonly events: readonly HubEvent[] }
);

/** A later part of an {@link OpenAnswer}: what follows in each of its lists. */
export interface OpenPart {
  readonly state: Partial<Pick<StateSnapshot, Collection>>;
  readonly recent: readonly HubEvent[];
  readonly agents?: readonly AgentActivity[];
  readonly events: readonly HubEvent[];
  readonly more?: true;
}

/** The whole answer, its later parts fetched one by one. */
export async function wholeAnswer(first: OpenAnswer, openMore: () => Promise<OpenPart>): Promise<OpenAnswer> {
  const { more: _more, ...answer } = first;
  if (first.more === undefined) return answer;
  const lists = answer.kind === 'snapshot' ? { ...answer.state } : undefined;
  const recent = answer.kind === 'snapshot' ? [...answer.recent] : [];
  const agents = answer.kind === 'snapshot' ? [...(answer.activity?.agents ?? [])] : [];
  const events = [...(answer.events ?? [])];
  for (let more: true | undefined = true; more;) {
    const part: OpenPart = await openMore();
    if (lists)
      for (const name of collections) Object.assign(lists, { [name]: [...lists[name], ...(part.state[name] ?? [])] });
    recent.push(...part.recent);
    agents.push(...(part.agents ?? []));
    events.push(...part.events);
    more = part.more;
  }
  if (answer.kind === 'events' || !lists) return { ...answer, events };
  const activity = answer.activity && { ...answer.activity, agents };
  return { ...answer, state: lists, recent, events, ...(activity && { activity }) };
}
