import { z } from 'zod';
import type { AgentRef } from '../../../../protocol/agent-id.ts';
import type { Actor } from '../../../../protocol/envelope.ts';
import type { HubState } from '../../../../protocol/state.ts';
import { agentTitle } from '../../../../protocol/words/agent-label.ts';

/** A moment as agents read it: ISO 8601, UTC, with milliseconds. */
export const timeShape = z.string().meta({ format: 'date-time' });
export const sizeShape = z.number().int().min(0);

export function time(ms: number): string {
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString() };
  return last.text;
}

/** Calls of one turn name the same moment. */
let last = { ms: Number.NaN, text: '' };

export const actorShape = z.strictObject({
  kind: z.enum(['agent', 'human', 'hub']),
  key_id: z.string().optional(),
  key_name: z.string().optional(),
  session_id: z.string().optional(),
});

/** The name of a key by its id; what is over may be of one that has left the state: see `Hub.keyName`. */
export type NameOfKey = (keyId: string) => string;

/** Who did it: an agent with the name of its key, the person at the desk, or the hub itself. */
export function actorView(actor: Actor, nameOf: NameOfKey): z.output<typeof actorShape> {
  if (actor.kind !== 'agent') return { kind: actor.kind };
  return {
    kind: 'agent',
    key_id: actor.key,
    key_name: nameOf(actor.key),
    ...(actor.session === undefined ? {} : { session_id: actor.session }),
  };
}

/** The name of a key of something that goes on. */
export function keyName(keyId: string, state: HubState): string {
  return state.keys.get(keyId)?.name ?? keyId;
}

/** The agent of a session, lock or waiter, as its key's list calls it; nothing where it has none. */
export function agentNamed({ keyId, agent }: AgentRef, state: HubState): { agent?: string } {
  return agent === undefined ? {} : { agent: agentTitle(state.keys.get(keyId), agent) };
}

/** `3 files`, `1 file`, `no files`. */
export function count(n: number, one: string, many = `${one}s`): string {
  if (n === 0) return `no ${many}`;
  return n === 1 ? `1 ${one}` : `${n} ${many}`;
}
