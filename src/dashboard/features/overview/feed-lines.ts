import { isCoveredBy, agentOfEvent } from '../../../protocol/activity.ts';
import { factsOf, type HubEvent } from '../../../protocol/events.ts';
import { timeOf } from '../../../protocol/time-of.ts';
import { eventParts, eventSubject } from '../../../protocol/words/event-parts.ts';

/** A line of the feed: an event, or calls that one agent made in a row. */
export interface FeedLine {
  /** The event, or the first of the calls: the line keeps its place while it grows. */
  readonly event: HubEvent;
  /** How often each tool was called; undefined for a single event. */
  readonly calls: ReadonlyMap<string, number> | undefined;
  /** How often the agent did that, or met with it: events in the same words. */
  readonly times: number;
}

const MOST = 300;
/** Calls of an agent, and what is said of it in the same words, are one line while they come within so much time, ms. */
const BURST_MS = 10_000;

/**
 * What the feed shows of a workspace, or of all, newest first: what happened in it and to the hub's agents.
 * A call whose effect has a line of its own is left out, and one without an effect unless `withReads`; those that an
 * agent makes in a row are one line, and so is what happens to it again and again.
 *
 * @param ownerOf the agent of a session, by the session's id, as far as it is known
 */
export function feedLines(
  recent: readonly HubEvent[],
  workspace: string | undefined,
  withReads: boolean,
  ownerOf: (sessionId: string) => string | undefined = () => undefined,
): readonly FeedLine[] {
  const covered = coveredCalls(recent);
  const lines: Growing[] = [];
  /** By agent: the line that its next call is added to. */
  const bursts = new Map<string, Growing>();
  /** By agent and words: the line of what happened to it. */
  const said = new Map<string, Growing>();
  for (const event of recent) {
    if (factsOf(event.type).feed !== 'shown' || covered.has(event.seq) || isElsewhere(event, workspace)) continue;
    const agent = agentOfEvent(event) ?? '';
    const burst = bursts.get(agent);
    const isCall = event.type === 'tool.called' && event.outcome === 'ok';
    if (isCall && !withReads) continue;
    const words = isCall
      ? undefined
      : [whoOf(event, ownerOf), workspaceOf(event), JSON.stringify(eventParts(event))].join('\n');
    const before = words === undefined ? undefined : said.get(words);
    if (before && timeOf(event) - timeOf(before.event) < BURST_MS) {
      before.times += 1;
      continue;
    }
    if (isCall && burst && timeOf(event) - timeOf(burst.event) < BURST_MS) {
      burst.calls.push(event.tool);
      continue;
    }
    const line: Growing = { event, calls: isCall ? [event.tool] : [], times: 1 };
    lines.push(line);
    if (words !== undefined) said.set(words, line);
    if (isCall) bursts.set(agent, line);
    else bursts.delete(agent);
  }
  return lines.slice(-MOST).reverse().map(asLine);
}

interface Growing {
  readonly event: HubEvent;
  readonly calls: string[];
  times: number;
}

/** By first event: the line as it was shown last, so that a row that did not change is not rendered again. */
const shown = new WeakMap<HubEvent, { readonly tools: string; readonly line: FeedLine }>();

function asLine({ event, calls, times }: Growing): FeedLine {
  const last = shown.get(event);
  const tools = calls.join(' ');
  if (last?.tools === tools && last.line.times === times) return last.line;
  const line: FeedLine = { event, calls: calls.length < 2 ? undefined : counted(calls), times };
  shown.set(event, { tools, line });
  return line;
}

/** How often each is among them, the most frequent first. */
function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

/** Whether an event is of a workspace that the feed does not show. */
function isElsewhere(event: HubEvent, workspace: string | undefined): boolean {
  const of = workspaceOf(event);
  return workspace !== undefined && of !== undefined && of !== workspace;
}

/** Whom a line is about: what is said of two agents in the same words stays two lines. */
function whoOf(event: HubEvent, ownerOf: (sessionId: string) => string | undefined): string {
  const subject = eventSubject(event);
  if (subject.kind === 'session') return ownerOf(subject.session) ?? subject.session;
  return agentOfEvent(event) ?? subject.kind;
}

function workspaceOf(event: HubEvent): string | undefined {
  return 'workspace' in event ? event.workspace : undefined;
}

/** The seqs of calls whose effect has a line of its own. */
function coveredCalls(events: readonly HubEvent[]): ReadonlySet<number> {
  const covered = new Set<number>();
  const facts = new Map<string, HubEvent>();
  for (const event of events) {
    const agent = agentOfEvent(event);
    if (agent === undefined) continue;
    const fact = facts.get(agent);
    if (event.type !== 'tool.called') facts.set(agent, event);
    else if (fact && isCoveredBy(fact, event)) covered.add(event.seq);
  }
  return covered;
}
