import { agentId, idOfAgent } from '../../protocol/agent-id.ts';
import { refusalWords } from '../../protocol/words/refusal-words.ts';
import { counted, formatDuration, formatSize } from '../../protocol/words/units.ts';
import { needsPerson, refusedWords } from '../connecting/refused-words.ts';
import type { Selection } from '../selection.ts';
import type { ServerSlice } from '../server-slice.ts';
import type { ScreenKey } from '../../protocol/screens.ts';
import { OVER_MS, type AlertMemory, type Repetition } from './alert-memory.ts';
import { alertRuleNames, numberOf, type AlertChoices, type AlertRuleName } from './alert-rules.ts';

/** Something that is stuck or broken now. */
export interface Alert {
  readonly rule: AlertRuleName;
  /** One for each thing, for as long as it lasts. */
  readonly id: string;
  /** The agent that it is about (`agentId`); undefined for a client that is none. */
  readonly agent: string | undefined;
  /** What follows the agent's name; a whole sentence where there is none. */
  readonly words: string;
  /** Ms since the epoch. */
  readonly since: number;
  /** What a click opens, and where. */
  readonly opens: Selection;
  readonly screen: ScreenKey;
}

export type AlertSource = Pick<ServerSlice, 'sessions' | 'pulses' | 'locks' | 'refused' | 'keys'>;

/** Tools whose calls last as long as they are asked to. */
const WAITS = /(?:^|_)wait$|^lock_acquire$/u;
const KIB = 1024;

/** What is stuck or broken at `now` by the rules that are on, the longest first within each rule. */
export function findAlerts(
  source: AlertSource,
  memory: AlertMemory,
  choices: AlertChoices,
  now: number,
): readonly Alert[] {
  return alertRuleNames.flatMap((rule) => {
    const number = numberOf(choices, rule);
    if (number === undefined) return [];
    return [...found[rule]({ ...source, memory, now }, number)]
      .map((one) => ({ ...one, rule, id: `${rule} ${one.id}` }))
      .sort((a, b) => a.since - b.since);
  });
}

type WithoutRule = Omit<Alert, 'rule'>;
type Finder = (
  source: AlertSource & { readonly memory: AlertMemory; readonly now: number },
  number: number,
) => Iterable<WithoutRule>;

const found: Readonly<Record<AlertRuleName, Finder>> = {
  *pending({ sessions, pulses, now }, seconds) {
    for (const session of sessions.values()) {
      for (const { tool, since, cause } of pulses.get(session.id)?.calling ?? []) {
        if (WAITS.test(tool) || now - since < seconds * 1_000) continue;
        const opens: Selection =
          cause === undefined ? { kind: 'session', sessionId: session.id } : { kind: 'wire', id: cause };
        const words = `has had no answer to ${tool} for ${formatDuration(now - since)}`;
        const screen = cause === undefined ? 'sessions' : 'wire';
        yield { id: `${session.id} ${tool} ${since}`, agent: idOfAgent(session), words, since, opens, screen };
      }
    }
  },
  *waiting({ locks, now }, seconds) {
    for (const { workspace, path, waiters } of locks.values()) {
      for (const { waiterId, keyId, agent, since } of waiters) {
        if (now - since < seconds * 1_000) continue;
        const words = `has waited ${formatDuration(now - since)} for the lock on ${path}`;
        const opens = { kind: 'lock', workspace, path } as const;
        yield { id: waiterId, agent: agentId(keyId, agent), words, since, opens, screen: 'locks' };
      }
    }
  },
  *expiring({ locks, now }, seconds) {
    for (const { lockId, workspace, path, keyId, agent, waiters, expiresAt, acquiredAt } of locks.values()) {
      const left = expiresAt - now;
      if (waiters.length === 0 || left > seconds * 1_000 || left < 0) continue;
      const words = `is about to lose the lock on ${path}, for which ${counted(waiters.length, 'agent waits', 'agents wait')}`;
      const opens = { kind: 'lock', workspace, path } as const;
      yield { id: lockId, agent: agentId(keyId, agent), words, since: acquiredAt, opens, screen: 'locks' };
    }
  },
  *unread({ sessions, pulses }, kib) {
    for (const session of sessions.values()) {
      const { queuedBytes = 0, lastFrameAt = 0 } = pulses.get(session.id) ?? {};
      if (queuedBytes < kib * KIB) continue;
      const words = `has ${formatSize(queuedBytes)} unread: what is sent to it piles up`;
      const opens = { kind: 'session', sessionId: session.id } as const;
      yield { id: session.id, agent: idOfAgent(session), words, since: lastFrameAt, opens, screen: 'sessions' };
    }
  },
  *repeated(source, times) {
    for (const one of repetitions(source, 'repeated', times)) {
      const why = one.code === undefined ? '' : `: ${refusalWords(one.code)}`;
      yield ofRepetition(one, `made the same call of ${one.what} ${one.count} times in vain${why}`);
    }
  },
  *abandoned(source, times) {
    for (const one of repetitions(source, 'abandoned', times)) {
      yield ofRepetition(one, `gave up ${one.what} before its answer${one.count === 1 ? '' : `, ${one.count} times`}`);
    }
  },
  *cycle(source, times) {
    for (const one of repetitions(source, 'cycle', times)) {
      yield ofRepetition(one, `was refused to wait for ${one.what}: agents would have waited for each other`);
    }
  },
  *flapping(source, times) {
    for (const one of repetitions(source, 'flapping', times)) {
      const span = formatDuration(one.lastAt - one.firstAt);
      yield ofRepetition(one, `lost its connection ${counted(one.count, 'time')}${one.count > 1 ? ` in ${span}` : ''}`);
    }
  },
  *refused({ refused, keys, now }, times) {
    for (const one of refused) {
      if (!needsPerson(one) || one.count < times || now - one.lastAt > OVER_MS) continue;
      const { who, what } = refusedWords(one, (keyId) => keys.get(keyId)?.name ?? keyId);
      const words = `${who} ${what}${one.count === 1 ? '' : `, ${one.count} times`}`;
      const opens = { kind: 'refused', id: one.id } as const;
      yield { id: String(one.id), agent: undefined, words, since: one.firstAt, opens, screen: 'sessions' };
    }
  },
};

function* repetitions(
  { memory, now }: { readonly memory: AlertMemory; readonly now: number },
  rule: Repetition['rule'],
  times: number,
): Generator<Repetition> {
  for (const one of memory.values()) {
    if (one.rule === rule && one.count >= times && now - one.lastAt <= OVER_MS) yield one;
  }
}

function ofRepetition({ agent, what, firstAt, seq }: Repetition, words: string): WithoutRule {
  const opens = { kind: 'event', seq } as const;
  return { id: `${agent} ${what} ${firstAt}`, agent, words, since: firstAt, opens, screen: 'audit' };
}
