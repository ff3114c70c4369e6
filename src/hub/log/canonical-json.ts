import { actorSchema, eventEnvelopeSchema } from '../../protocol/envelope.ts';
import { eventBodySchema, type EventType, type HubEvent } from '../../protocol/events.ts';

/**
 * JSON with object keys in order of their UTF-16 code units and no white space (as RFC 8785 orders them):
 * equal values give equal text, which can be hashed. Members that are undefined are left out, as
 * `JSON.stringify` does.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Record<string, unknown>;
  let text = '';
  for (const key of Object.keys(object).sort()) {
    const member = object[key];
    if (member === undefined) continue;
    text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/**
 * Makes the writer of {@link canonicalJson} for events. The order of a type's members is computed once from
 * its schema, because thousands of events a second pass here.
 */
export function eventWriter(): (event: HubEvent) => string {
  const envelope = Object.keys(eventEnvelopeSchema.shape);
  const plans = new Map<EventType, readonly Member[]>(
    eventBodySchema.options.map(({ shape }) => [shape.type.value, membersOf([...Object.keys(shape), ...envelope])]),
  );
  const actors = membersOf(actorSchema.options.flatMap(({ shape }) => Object.keys(shape)));
  return (event) => {
    const plan = plans.get(event.type);
    if (!plan) throw new Error(`Unknown event type ${event.type}`);
    return written(event, plan, (value) => (value === event.actor ? written(value, actors) : canonicalJson(value)));
  };
}

/** Writes an object with known members; members that are objects are written by `deeper`. */
function written(object: object, plan: readonly Member[], deeper: (value: object) => string = canonicalJson): string {
  const members = object as Readonly<Record<string, unknown>>;
  let text = '';
  for (const { key, first, next } of plan) {
    const value = members[key];
    if (value === undefined) continue;
    text += text === '' ? first : next;
    text += typeof value === 'object' && value !== null ? deeper(value) : JSON.stringify(value);
  }
  return `${text}}`;
}

interface Member {
  readonly key: string;
  readonly first: string;
  readonly next: string;
}

function membersOf(keys: readonly string[]): readonly Member[] {
  return [...new Set(keys)]
    .sort()
    .map((key) => ({ key, first: `{${JSON.stringify(key)}:`, next: `,${JSON.stringify(key)}:` }));
}
