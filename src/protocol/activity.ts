import { agentId } from './agent-id.ts';
import { factsOf, type HubEvent } from './events.ts';
import { timeOf } from './time-of.ts';
import { eventSubject } from './words/event-parts.ts';

/** Width of one bar of an activity strip. */
export const ACTIVITY_BUCKET_MS = 5_000;
/** Bars in a strip: three minutes. */
export const ACTIVITY_BUCKETS = 36;

/** How many events an agent caused, by 5 s bucket. `counts[0]` is the bucket numbered `last`, older ones follow. */
export interface Activity {
  readonly last: number;
  readonly counts: readonly number[];
}

/** The agent that an event is about, by its id ({@link agentId}): its subject. */
export function agentOfEvent(event: HubEvent): string | undefined {
  const subject = eventSubject(event);
  return subject.kind === 'agent' ? agentId(subject.key, subject.agent) : undefined;
}

/**
 * Whether `call` needs no line of its own because `fact`, of the same agent and not later, is what it
 * did: both have the same cause. A lock granted to a waiting call has the cause of the release instead,
 * and calls of one agent overlap: so anything that happened while the call ran covers it as well. A call
 * that was refused is covered by the refusal alone.
 */
export function isCoveredBy(fact: HubEvent, call: HubEvent): boolean {
  if (call.type !== 'tool.called' || fact.type === 'tool.called') return false;
  if (call.outcome !== 'ok' && !isRefusalOf(fact, call.outcome)) return false;
  return (fact.cause !== undefined && fact.cause === call.cause) || fact.at >= call.at - call.ms;
}

function isRefusalOf(fact: HubEvent, outcome: string): boolean {
  return (fact.type === 'access.denied' || fact.type === 'lock.refused') && fact.code === outcome;
}

/** The strip with one more event at `at`, ms since the epoch. */
export function countedIn(strip: Activity | undefined, at: number): Activity {
  const bucket = Math.floor(at / ACTIVITY_BUCKET_MS);
  const was = strip ?? { last: bucket, counts: [0] };
  const ahead = bucket - was.last;
  const counts = ahead > 0 ? [...emptyBars(ahead), ...was.counts].slice(0, ACTIVITY_BUCKETS) : [...was.counts];
  const index = Math.max(0, -ahead);
  if (index < ACTIVITY_BUCKETS) {
    while (counts.length <= index) counts.push(0);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { last: Math.max(bucket, was.last), counts };
}

/** The strips with a batch of events counted in. Shares the strips of agents that did nothing. */
export function countActivity(
  before: ReadonlyMap<string, Activity>,
  events: readonly HubEvent[],
): ReadonlyMap<string, Activity> {
  const after = new Map(before);
  for (const event of events) {
    const agent = agentOfEvent(event);
    if (agent !== undefined) after.set(agent, countedIn(after.get(agent), timeOf(event)));
  }
  return after;
}

/**
 * What an agent did last, after `event`: the effect of a call rather than the call, "locked plan.md", not "called
 * lock_acquire". Events that only accompany another one do not count.
 */
export function lastAction(before: HubEvent | undefined, event: HubEvent): HubEvent | undefined {
  if (factsOf(event.type).feed === 'background') return before;
  return before && isCoveredBy(before, event) ? before : event;
}

/** The bars as seen at `now`, oldest first, always {@link ACTIVITY_BUCKETS} of them. */
export function activityBars(activity: Activity | undefined, now: number): readonly number[] {
  const bucket = Math.floor(now / ACTIVITY_BUCKET_MS);
  const ahead = activity ? Math.max(0, bucket - activity.last) : 0;
  const counts = [...emptyBars(ahead), ...(activity?.counts ?? [])].slice(0, ACTIVITY_BUCKETS);
  return [...counts, ...emptyBars(ACTIVITY_BUCKETS - counts.length)].reverse();
}

function emptyBars(count: number): number[] {
  return Array.from({ length: Math.max(0, Math.min(count, ACTIVITY_BUCKETS)) }, () => 0);
}

/** What an agent was seen to do: its strip, and its last action. */
export interface AgentActivity extends Activity {
  /** By its id: see {@link agentId}. */
  readonly id: string;
  readonly action?: HubEvent;
}

/** What all agents were seen to do since `since`, ms by the hub's clock, up to the event `seq`. */
export interface ActivitySeen {
  readonly since: number;
  readonly seq: number;
}
