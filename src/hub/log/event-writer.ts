import { actorSchema, eventEnvelopeSchema } from '../../protocol/envelope.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { eventBodySchema, type EventType, type HubEvent } from '../../protocol/events.ts';

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
    if (typeof value === 'number' && Number.isFinite(value)) text += String(value);
    else text += typeof value === 'object' && value !== null ? deeper(value) : JSON.stringify(value);
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
