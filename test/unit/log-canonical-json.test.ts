import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventWriter } from '../../src/hub/log/event-writer.ts';
import { canonicalJson } from '../../src/protocol/canonical-json.ts';
import type { HubEvent } from '../../src/protocol/events.ts';

test('[LG1] canonical JSON sorts keys and leaves undefined members out', () => {
  expect(canonicalJson({ b: 1, a: { d: [3, { z: null, y: undefined }], c: 'ü"\n' }, e: undefined })).toBe(
    '{"a":{"c":"ü\\"\\n","d":[3,{"z":null}]},"b":1}',
  );
  expect(canonicalJson([])).toBe('[]');
  expect(canonicalJson({})).toBe('{}');
  expect(canonicalJson(['a', undefined])).toBe('["a",null]');
});

test('[LG1] any JSON value reads back as itself, and equal values give equal text', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(shuffled(value))).toBe(text);
    }),
  );
});

test('[LG1] an event is written as canonical JSON would write it, whatever the order of its keys', () => {
  const write = eventWriter();
  const text = fc.string();
  const actor = fc.oneof(
    fc.record({ kind: fc.constant('agent' as const), key: text, session: text }, { requiredKeys: ['kind', 'key'] }),
    fc.constant({ kind: 'human' as const }),
  );
  const envelope = { seq: fc.nat(), at: fc.nat(), actor, cause: fc.oneof(text, fc.nat(), fc.constant(undefined)) };
  const event = fc.oneof(
    fc.record({
      ...envelope,
      type: fc.constant('tool.called' as const),
      workspace: fc.option(text, { nil: undefined }),
      tool: text,
      sessionId: text,
      argsDigest: text,
      outcome: fc.constant('ok' as const),
      ms: fc.double({ noNaN: true, noDefaultInfinity: true }),
    }),
    fc.record({
      ...envelope,
      type: fc.constant('job.succeeded' as const),
      workspace: text,
      jobId: text,
      result: fc.dictionary(text, fc.jsonValue()),
      ms: fc.nat(),
      log: fc.array(text),
    }),
    fc.record({
      ...envelope,
      type: fc.constant('lock.refused' as const),
      workspace: text,
      path: text,
      keyId: text,
      code: fc.constant('deadlock' as const),
      cycle: fc.array(text),
    }),
  );
  fc.assert(
    fc.property(event, (one) => {
      const hubEvent = one as HubEvent;
      expect(write(hubEvent)).toBe(canonicalJson(hubEvent));
      expect(write(shuffled(hubEvent) as HubEvent)).toBe(canonicalJson(hubEvent));
    }),
  );
});

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, shuffled(member)]),
  );
}
