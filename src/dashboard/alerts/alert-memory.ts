import { actorAgentId } from '../../protocol/actor-id.ts';
import { agentId } from '../../protocol/agent-id.ts';
import type { OwnerOf } from '../../protocol/event-parties.ts';
import type { HubErrorCode } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import { timeOf } from '../../protocol/time-of.ts';

/** What happened again and again, by an id for repetitions. */
export interface Repetition {
  readonly rule: 'repeated' | 'abandoned' | 'cycle' | 'flapping';
  /** Its id (`agentId`). */
  readonly agent: string;
  /** The tool, or the path of a lock. */
  readonly what: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Seq of the last event, and the code that it gave. */
  readonly seq: number;
  readonly code?: HubErrorCode;
}

/** The last repetitions by id, the last one last. */
export type AlertMemory = ReadonlyMap<string, Repetition>;

/** Repetitions that are remembered: of the others the oldest are forgotten first. */
export const MOST_REMEMBERED = 500;
/** What has not happened again for so long is over, in ms. */
export const OVER_MS = 10 * 60_000;

/**
 * The memory after more events. A call that goes well ends its series of failures: an agent that tried again and
 * succeeded needs no look.
 */
export function remember(memory: AlertMemory, events: readonly HubEvent[], ownerOf: OwnerOf): AlertMemory {
  const after = new Map(memory);
  for (const event of events) note(after, event, ownerOf);
  for (const id of after.keys()) {
    if (after.size <= MOST_REMEMBERED) break;
    after.delete(id);
  }
  return after;
}

function note(memory: Map<string, Repetition>, event: HubEvent, ownerOf: OwnerOf): void {
  const add = (rule: Repetition['rule'], agent: string, what: string, code?: HubErrorCode, digest = ''): void => {
    const id = idOf(rule, agent, what, digest);
    const at = timeOf(event);
    const before = memory.get(id);
    const isOver = before === undefined || at - before.lastAt > OVER_MS;
    memory.delete(id); // so that it is the last one
    const [count, firstAt] = isOver ? [1, at] : [before.count + 1, before.firstAt];
    memory.set(id, { rule, agent, what, count, firstAt, lastAt: at, seq: event.seq, ...(code && { code }) });
  };
  switch (event.type) {
    case 'tool.called': {
      const agent = event.actor.kind === 'agent' ? actorAgentId(event.actor) : undefined;
      if (agent === undefined) return;
      if (event.outcome === 'cancelled') return add('abandoned', agent, event.tool);
      if (event.outcome !== 'ok') return add('repeated', agent, event.tool, event.outcome, event.argsDigest);
      memory.delete(idOf('repeated', agent, event.tool, event.argsDigest));
      return;
    }
    case 'lock.refused':
      if (event.code === 'deadlock') add('cycle', agentId(event.keyId, event.agent), event.path);
      return;
    case 'session.dropped': {
      const agent = ownerOf(event.sessionId);
      if (agent !== undefined) add('flapping', agent, '');
      return;
    }
    default:
  }
}

function idOf(rule: Repetition['rule'], agent: string, what: string, digest = ''): string {
  return [rule, agent, what, digest].join('\n');
}
