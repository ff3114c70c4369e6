import { frameKinds, frameOutcomes } from '../frame-record.ts';
import { jobStatuses } from '../records.ts';

/** What a filter is for: each list knows some of the keys. */
export const querySubjects = ['frames', 'sessions', 'jobs', 'events'] as const;
export type QuerySubject = (typeof querySubjects)[number];

/** What stands behind a key: a name (with `*` for any characters), one of a few words, an amount, or a time. */
export type ValueKind = 'name' | 'word' | 'size' | 'duration' | 'number' | 'time';

interface KeyEntry {
  readonly value: ValueKind;
  /** Lists that know it. */
  readonly of: readonly QuerySubject[];
  /** For people who complete it; one line. */
  readonly means: string;
  /** The words that may stand behind it, where they are few. */
  readonly words?: readonly string[] | Partial<Record<QuerySubject, readonly string[]>>;
}

const all = querySubjects;

/** Every key of the filter language. To add one, describe it here, and say in each list's fields what it looks at. */
export const queryKeys = {
  agent: { value: 'name', of: all, means: 'the agent whose it is' },
  by: { value: 'name', of: ['frames', 'jobs', 'events'], means: 'who did it' },
  involving: { value: 'name', of: ['frames', 'events'], means: 'whom it concerns, or who did it' },
  key: { value: 'name', of: all, means: 'the key, by name or id' },
  session: { value: 'name', of: ['frames', 'sessions', 'events'], means: 'the session, by id' },
  wire: {
    value: 'word',
    of: ['frames', 'sessions'],
    means: 'the wire that it came by',
    words: ['sse', 'streamable', 'stateless'],
  },
  ws: { value: 'name', of: ['frames', 'jobs', 'events'], means: 'the workspace, by name or id' },
  type: {
    value: 'name',
    of: ['frames', 'jobs', 'events'],
    means: 'the type of event: lock, lock.acquired; of a job its kind',
  },
  outcome: {
    value: 'word',
    of: ['frames', 'jobs', 'events'],
    means: 'how it ended',
    words: {
      frames: frameOutcomes,
      jobs: jobStatuses,
      events: ['ok', 'error', 'refused'],
    },
  },
  dir: { value: 'word', of: ['frames'], means: 'in: from the agent; out: to it', words: ['in', 'out'] },
  kind: {
    value: 'word',
    of: ['frames'],
    means: 'what kind of frame it is',
    words: frameKinds,
  },
  method: { value: 'name', of: ['frames'], means: 'the method: tools/call, or GET' },
  tool: { value: 'name', of: ['frames', 'events'], means: 'the tool that was called' },
  status: { value: 'number', of: ['frames'], means: 'the HTTP status: 200, >=400, 4xx' },
  has: { value: 'word', of: all, means: 'what it has', words: ['error'] },
  id: { value: 'name', of: all, means: 'its id' },
  lock: { value: 'name', of: ['frames', 'events'], means: 'a lock, by id or path' },
  job: { value: 'name', of: ['frames', 'jobs', 'events'], means: 'a job, by id' },
  file: { value: 'name', of: ['frames', 'jobs', 'events'], means: 'a file, by id or path' },
  path: { value: 'name', of: ['frames', 'jobs', 'events'], means: 'a path: plan.md, src/**' },
  seq: { value: 'number', of: ['frames', 'events'], means: 'the number of an event: 100, >100, 100..200' },
  size: { value: 'size', of: ['frames'], means: 'bytes: >10k, 1m..2m' },
  took: { value: 'duration', of: ['frames', 'jobs', 'events'], means: 'how long it took: >500ms, 1s..5s' },
  after: { value: 'time', of: all, means: 'since then: 14:30, 2026-11-29, 5m, yesterday' },
  before: { value: 'time', of: all, means: 'until then: 14:30, 2026-11-29, 5m, yesterday' },
} as const satisfies Readonly<Record<string, KeyEntry>>;

export type QueryKey = keyof typeof queryKeys;

const entries: Readonly<Record<QueryKey, KeyEntry>> = queryKeys;

/** What the table has of a key. */
export function keyEntry(key: QueryKey): KeyEntry {
  return entries[key];
}

/** The keys that a list knows, in the table's order. */
export function keysOf(subject: QuerySubject): readonly QueryKey[] {
  return (Object.keys(queryKeys) as QueryKey[]).filter((key) => entries[key].of.includes(subject));
}

/** The words that may stand behind a key; undefined where they are not few. */
export function wordsOfKey(key: QueryKey, subject: QuerySubject): readonly string[] | undefined {
  const { words } = entries[key];
  return words === undefined || Array.isArray(words)
    ? (words as readonly string[] | undefined)
    : (words as Partial<Record<QuerySubject, readonly string[]>>)[subject];
}

export function isQueryKey(text: string): text is QueryKey {
  return Object.hasOwn(queryKeys, text);
}
