import { idOfAgent } from '../../protocol/agent-id.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import type { FileReceipt } from '../../protocol/records.ts';

/** How many agents were notified of a version, received that, and reacted. */
export interface ReceiptSummary {
  readonly notified: number;
  readonly received: number;
  readonly reacted: number;
}

export function summarize(receipts: readonly FileReceipt[]): ReceiptSummary {
  const agents = (of: readonly FileReceipt[]) => new Set(of.map(idOfAgent)).size;
  return {
    notified: agents(receipts),
    received: agents(receipts.filter(({ receivedAt }) => receivedAt !== undefined)),
    reacted: agents(receipts.filter(({ reactions }) => reactions.length > 0)),
  };
}

/**
 * What an agent did, each thing once: a tool call that led to another event of the list is left out ("locked
 * plan.md", not also "called lock_acquire").
 */
export function deeds(reactions: readonly StoredEvent[]): readonly StoredEvent[] {
  const causes = new Set<string | number>();
  for (const event of reactions) {
    if (event.type !== 'tool.called' && event.cause !== undefined) causes.add(event.cause);
  }
  return reactions.filter(
    (event) => event.type !== 'tool.called' || event.cause === undefined || !causes.has(event.cause),
  );
}

/** Something that an agent did, or a call that it made several times in a row. */
export interface Deed {
  /** The first of them. */
  readonly event: StoredEvent;
  readonly times: number;
}

/** {@link deeds}, with calls of one tool in a row as one. */
export function deedsInARow(reactions: readonly StoredEvent[]): readonly Deed[] {
  const rows: { event: StoredEvent; times: number }[] = [];
  for (const event of deeds(reactions)) {
    const last = rows.at(-1);
    if (last && isSameCall(last.event, event)) last.times += 1;
    else rows.push({ event, times: 1 });
  }
  return rows;
}

function isSameCall(one: StoredEvent, other: StoredEvent): boolean {
  return (
    one.type === 'tool.called' &&
    other.type === 'tool.called' &&
    one.tool === other.tool &&
    one.outcome === other.outcome
  );
}

/** Receipts in order: agents that did most first, then those that received it, then the others. */
export function byDeeds(receipts: readonly FileReceipt[]): readonly FileReceipt[] {
  const rank = ({ reactions, receivedAt }: FileReceipt) =>
    reactions.length > 0 ? 0 : receivedAt !== undefined ? 1 : 2;
  return receipts.toSorted((a, b) => rank(a) - rank(b) || a.sentAt - b.sentAt);
}

/** Up to so many agents without a reaction are shown each; more of them are one line. */
const FEW = 3;

/** Receipts as they are shown: each of `shown`, and one line for each of the others. */
export interface ReceiptFold {
  readonly shown: readonly FileReceipt[];
  /** Receipts of agents that were notified and did not react. */
  readonly quiet: readonly FileReceipt[];
  /** Of agents that have not even received it. */
  readonly waiting: readonly FileReceipt[];
}

/** Folds the receipts of agents that did not react, if there are many, so that the others are seen. */
export function folded(receipts: readonly FileReceipt[]): ReceiptFold {
  const ordered = byDeeds(receipts);
  const reacted = new Set(receipts.filter(({ reactions }) => reactions.length > 0).map(idOfAgent));
  const others = ordered.filter((one) => !reacted.has(idOfAgent(one)));
  if (new Set(others.map(idOfAgent)).size <= FEW) return { shown: ordered, quiet: [], waiting: [] };
  return {
    shown: ordered.filter((one) => reacted.has(idOfAgent(one))),
    quiet: others.filter(({ receivedAt }) => receivedAt !== undefined),
    waiting: others.filter(({ receivedAt }) => receivedAt === undefined),
  };
}
