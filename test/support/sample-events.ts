import fc from 'fast-check';
import { z } from 'zod';
import { eventEnvelopeSchema } from '../../src/protocol/envelope.ts';
import { eventBodySchema, type EventType, type HubEvent } from '../../src/protocol/events.ts';

type JsonSchema = z.core.JSONSchema._JSONSchema;

/** Any event of a type, as its schema has it. `seq` and `at` are given with {@link numbered}. */
export function eventsOf(type: EventType): fc.Arbitrary<HubEvent> {
  const body = eventBodySchema.options.find(({ shape }) => shape.type.value === type);
  if (!body) throw new Error(`There is no event type ${type}`);
  const parts = [eventEnvelopeSchema, body].map((schema) => fromSchema(z.toJSONSchema(schema)));
  return fc.tuple(...parts).map((made) => Object.assign({}, ...made) as HubEvent);
}

/** The events as a log would have them, from seq 1 on. */
export function numbered(events: readonly HubEvent[]): readonly HubEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1, at: 1_000 + index }));
}

/** Values of a schema. Texts and numbers are few, so that events meet the things of others. */
function fromSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return fc.constant({ any: 1 });
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(fromSchema));
  switch (schema.type) {
    case 'string':
      return fc.constantFrom('a', 'b/plan é.md', '<c> d');
    case 'integer':
    case 'number':
      return fc.constantFrom(1, 2, 61_000);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fromSchema((schema.items as JsonSchema | undefined) ?? true), { maxLength: 2 });
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(([key, each]) => [
        key,
        key === 'workspace' ? fc.constantFrom('wsp_1', 'wsp_2') : fromSchema(each),
      ]);
      const requiredKeys = schema.required ?? [];
      return fc.record(Object.fromEntries(properties) as Record<string, fc.Arbitrary<unknown>>, { requiredKeys });
    }
    default:
      return fc.constant(schema.type === undefined ? 1 : undefined);
  }
}
