import { actorSchema } from '../../../../protocol/envelope.ts';
import { wireSchema } from '../../../../protocol/events/sessions.ts';
import { endWords } from '../../../../protocol/words/end-words.ts';
import { actorView, type NameOfKey, time } from '../views/common.ts';
import { wireNames } from '../../../../protocol/wire-names.ts';

/** Members whose content is not the hub's: results and arguments as they are. */
const OPAQUE: ReadonlySet<string> = new Set(['input', 'result', 'args', 'details', 'log', 'tools', 'cut']);
/** Reasons that the log has as a code. */
const CODE = /^[a-z]+(?:_[a-z]+)+$/u;

type WordMembers = Readonly<Record<string, unknown>>;

/**
 * An event in the words of everything else that agents are given: snake_case, times in ISO 8601, spans of locks in
 * seconds, keys by their names too, and no reason as a bare code.
 */
export function eventWords(event: WordMembers, nameOf: NameOfKey): Record<string, unknown> {
  const words: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(event)) {
    if (name === 'actor') words['actor'] = actorIn(value, nameOf);
    else if (name === 'ttlMs' && typeof value === 'number') words['ttl_s'] = value / 1_000;
    else {
      words[snake(name)] = OPAQUE.has(name) ? value : wordOf(name, value);
      if (/^(?:keyId|toKeyId)$/u.test(name) && typeof value === 'string')
        words[snake(name).replace(/id$/u, 'name')] = nameOf(value);
    }
  }
  return words;
}

function actorIn(value: unknown, nameOf: NameOfKey): unknown {
  const actor = actorSchema.parse(value);
  const agent = actor.kind === 'agent' ? actor.agent : undefined;
  return { ...actorView(actor, nameOf), ...(agent === undefined ? {} : { agent }) };
}

function wordOf(name: string, value: unknown): unknown {
  if (typeof value === 'number') return isMoment(name) ? time(value) : value;
  if (typeof value === 'string') {
    if (name === 'wire') return wireNames[wireSchema.parse(value)];
    return name === 'reason' && CODE.test(value) ? endWords(value) : value;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, one]) => [snake(inner), wordOf(inner, one)]));
}

/** Whether a member of this name is a moment, in ms since the epoch. */
function isMoment(name: string): boolean {
  return name === 'at' || name === 'clock' || /(?:At|Until)$/u.test(name);
}

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
