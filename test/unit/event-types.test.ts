import { eventTime } from '../../src/protocol/words/event-time.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { collections } from '../../src/protocol/collections.ts';
import { eventTypes, factsOf, hubEventSchema, type HubEvent } from '../../src/protocol/events.ts';
import { nounOf } from '../../src/protocol/noun.ts';
import { changedUris, isNotified, notifiedEventTypes } from '../../src/protocol/notified-events.ts';
import { fromSnapshot, takeSnapshot } from '../../src/protocol/snapshot.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { parseUri, workspaceIn } from '../../src/protocol/uris.ts';
import { eventParts } from '../../src/protocol/words/event-parts.ts';
import { eventsOf, numbered } from '../support/sample-events.ts';

const ofAnyType = fc.oneof(...eventTypes.map(eventsOf));

/** Logs in which things are made, changed and ended by chance: ids and paths are few. */
const logs = fc.array(ofAnyType, { minLength: 50, maxLength: 300, size: 'max' }).map(numbered);

test.each(eventTypes)('[EV1] %s has a sentence, a tone, and a place in the feed', (type) => {
  fc.assert(
    fc.property(eventsOf(type), (event) => {
      expect(hubEventSchema.parse(event)).toEqual(event);
      const parts = eventParts(event);
      expect(parts.length).toBeGreaterThan(0);
      const texts = parts.flatMap((part) => (typeof part === 'string' ? [part] : Object.values(part)));
      expect(texts.filter((text) => text === '' || /undefined|\[object|NaN/u.test(text))).toEqual([]);
      const { feed } = factsOf(type);
      expect(['proceed', 'waiting', 'refused', 'none']).toContain(factsOf(type).tone(event));
      expect(['shown', 'covered', 'background']).toContain(feed);
    }),
  );
});

test('[EV2] an event changes only the maps that its type names, and each of them is changed by some type', () => {
  const changedBy = new Map<string, Set<string>>();
  fc.assert(
    fc.property(logs, (events) => {
      const state = emptyState();
      for (const event of events) {
        const before = collections.map((name) => [...state[name].entries()]);
        applyEvent(state, event);
        const changed = collections.filter((name, index) => differs([...state[name].entries()], before[index] ?? []));
        const { state: named } = factsOf(event.type);
        const unnamed = changed.filter((name) => !named.includes(name));
        expect(
          unnamed,
          `${event.type} changes maps that its definition does not name: add them to its \`state\``,
        ).toEqual([]);
        for (const name of changed) {
          changedBy.set(name, (changedBy.get(name) ?? new Set()).add(nounOf(event.type)));
        }
      }
    }),
  );
  expect([...changedBy.keys()].sort()).toEqual([...collections].sort());
});

test('[EV3] what agents are notified of names resources of its own workspace', () => {
  for (const type of notifiedEventTypes) {
    fc.assert(
      fc.property(eventsOf(type), (event) => {
        if (!isNotified(event)) throw new Error(`${type} is not notified`);
        const inOwn = changedUris(event).filter((uri) => workspaceIn(uri) === event.workspace && parseUri(uri));
        expect(inOwn).toEqual([...changedUris(event)]);
        expect(new Set(inOwn).size).toBeGreaterThanOrEqual(2);
      }),
    );
  }
});

test('[EV4] a snapshot gives back every map of the state', () => {
  fc.assert(
    fc.property(logs, (events) => {
      const state = emptyState();
      for (const event of events) applyEvent(state, event);
      const read = JSON.parse(JSON.stringify(takeSnapshot(state))) as ReturnType<typeof takeSnapshot>;
      expect(Object.keys(read).sort()).toEqual(
        ['at', 'clockAt', 'retention', 'seq', 'steppedMs', ...collections].sort(),
      );
      expect(fromSnapshot(read)).toEqual(state);
    }),
  );
});

test('[EV5] a type that there is not is refused by its name', () => {
  const unknown = { type: 'lock.stolen' } as unknown as HubEvent;
  expect(() => eventParts(unknown)).toThrow('There is no event type lock.stolen');
});

function differs(after: readonly [string, unknown][], before: readonly [string, unknown][]): boolean {
  return (
    after.length !== before.length ||
    after.some(([key, value], index) => key !== before[index]?.[0] || value !== before[index]?.[1])
  );
}

test('[UX71] an event has the time of the clock, and says where the log has a later one', () => {
  const at = new Date(2026, 10, 28, 20, 12).getTime();
  expect(eventTime({ at })).toEqual({ at, note: undefined });
  // What clocks do by themselves is not worth a word.
  expect(eventTime({ at, clock: at - 999 })).toEqual({ at: at - 999, note: undefined });
  expect(eventTime({ at: new Date(2028, 0, 2).getTime(), clock: at })).toEqual({
    at,
    note: '2026-11-28 20:12:00 by the clock of then. The log has it as 2028-01-02 00:00:00, as an earlier event was written while the clock was ahead.',
  });
});
