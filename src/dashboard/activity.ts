import type { HubEvent } from '../protocol/events.ts';
import { timeOf } from '../protocol/time-of.ts';
import { eventSubject } from '../protocol/words/event-parts.ts';

/** Width of one bar of an activity strip. */
export const ACTIVITY_BUCKET_MS = 5_000;
/** Bars in a strip: three minutes. */
export const ACTIVITY_BUCKETS = 36;

/** How many events an agent caused, by 5 s bucket. `counts[0]` is the bucket numbered `last`, older ones follow. */
export interface Activity {
  readonly last: number;
  readonly counts: readonly number[];
}

/** The key of the agent that an event is about: that of its subject. */
export function keyOfEvent(event: HubEvent): string | undefined {
  const subject = eventSubject(event);
  return subject.kind === 'agent' ? subject.key : undefined;
}

/**
 * Whether `call` needs no line of its own because `fact`, of the same agent and not later, is what it
 * did: both have the same cause. A lock granted to a waiting call has the cause of the release instead,
 * and calls of one agent overlap: so anything that happened while the call ran covers it as well.
 */
export function isCoveredBy(fact: HubEvent, call: HubEvent): boolean {
  if (call.type !== 'tool.called' || call.outcome !== 'ok' || fact.type === 'tool.called') return false;
  return (fact.cause !== undefined && fact.cause === call.cause) || fact.at >= call.at - call.ms;
}

/** The strips with a batch of events counted in. Shares the strips of agents that did nothing. */
export function countActivity(
  before: ReadonlyMap<string, Activity>,
  events: readonly HubEvent[],
): ReadonlyMap<string, Activity> {
  const after = new Map(before);
  const fresh = new Map<string, { last: number; counts: number[] }>();
  for (const event of events) {
    const key = keyOfEvent(event);
    if (key === undefined) continue;
    const bucket = Math.floor(timeOf(event) / ACTIVITY_BUCKET_MS);
    let strip = fresh.get(key);
    if (!strip) {
      const was = before.get(key);
      strip = was ? { last: was.last, counts: [...was.counts] } : { last: bucket, counts: [0] };
      fresh.set(key, strip);
      after.set(key, strip);
    }
    if (bucket > strip.last) {
      strip.counts = [...emptyBars(bucket - strip.last), ...strip.counts].slice(0, ACTIVITY_BUCKETS);
      strip.last = bucket;
    }
    const index = strip.last - bucket;
    if (index < ACTIVITY_BUCKETS) strip.counts[index] = (strip.counts[index] ?? 0) + 1;
  }
  return after;
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
