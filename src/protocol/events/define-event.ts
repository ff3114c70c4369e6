import { z } from 'zod';
import type { Collection, ProjectionName } from '../collections.ts';
import type { EventEnvelope } from '../envelope.ts';
import type { Part, Subject } from '../words/part.ts';

/** What an event means, as a colour: `proceed` green, `waiting` amber, `refused` red, `none` plain. */
export type EventTone = 'proceed' | 'waiting' | 'refused' | 'none';

/**
 * Where the overview shows an event.
 *
 * - `shown`: as a line of the feed, and as the last action of its agent.
 * - `covered`: as the last action only; another event has the line in the feed.
 * - `background`: in neither.
 */
export type FeedPlace = 'shown' | 'covered' | 'background';

/** How urgent an event is to a session that set a logging level; severities of MCP. */
export type NoticeLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error';

/** What the inspector can open of an event. */
export type EventReference =
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'lock'; readonly workspace: string; readonly path: string }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'file'; readonly workspace: string; readonly path: string; readonly version: number }
  | { readonly kind: 'key'; readonly keyId: string };

/** How agents with a role in the event's workspace are notified of it. */
export interface Notification<E> {
  readonly level: NoticeLevel;
  /** URIs of the resources that it changed, besides the workspace's own and its `…/events`. */
  resources(event: E): readonly string[];
}

/** Everything that the product has to know of an event type, besides its fields. */
export interface EventFacts<E> {
  /** What happened, in plain words, to follow the name of the subject: "locked `plan.md` for 60 s". */
  words(event: E): readonly Part[];
  /** Whom the words are about. */
  subject(event: E): Subject;
  tone(event: E): EventTone;
  readonly feed: FeedPlace;
  /** What the inspector can open of it, besides what the ids among its fields name. */
  references(event: E): readonly EventReference[];
  /** The id of the job, upload or session whose ticks so far are over with it. */
  endsTicksOf(event: E): string | undefined;
  /** The maps of `HubState` that it may change; each noun that has any has a reducer. */
  readonly state: readonly Collection[];
  /** The projections that it may change; each of them has a handler for it. */
  readonly projections: readonly ProjectionName[];
  /** `false` where it concerns the person alone: agents never get it. */
  readonly notified: false | Notification<E>;
  /** Members that may be large, and of which no state is made: only the event itself has them whole. */
  readonly bulky: readonly string[];
}

/** The fields of an event type, besides those of the envelope. */
type EventFields = Readonly<Record<string, z.ZodType>>;

/** An event as the functions of its definition get it. */
type EventWith<T extends string, F extends EventFields> = EventEnvelope &
  z.output<z.ZodObject<{ type: z.ZodLiteral<T> } & F>>;

/**
 * Defines a type of event: its schema, and everything that the hub, the dashboard, the command line
 * and the MCP server have to know of it. `type` is `noun.verb`, the verb in the past tense.
 *
 * What may be left out: the subject is the actor then, and there are no `references`, no ticks that end and nothing `bulky`.
 */
export function defineEvent<
  const T extends `${string}.${string}`,
  F extends EventFields,
  const S extends readonly Collection[],
  const P extends readonly ProjectionName[],
  const N extends false | Notification<EventWith<T, F>>,
>(definition: {
  readonly type: T;
  readonly fields: F;
  readonly words: (event: EventWith<T, F>) => readonly Part[];
  readonly subject?: (event: EventWith<T, F>) => Subject;
  readonly tone: EventTone | ((event: EventWith<T, F>) => EventTone);
  readonly feed: FeedPlace;
  readonly references?: (event: EventWith<T, F>) => readonly EventReference[];
  readonly endsTicksOf?: (event: EventWith<T, F>) => string | undefined;
  readonly state: S;
  readonly projections: P;
  readonly notified: N;
  readonly bulky?: readonly (keyof F & string)[];
}) {
  const { type, fields, tone, subject, references, endsTicksOf, bulky = [], ...facts } = definition;
  return {
    subject: (event: EventWith<T, F>): Subject => event.actor,
    references: (): readonly EventReference[] => [],
    endsTicksOf: (): string | undefined => undefined,
    ...facts,
    bulky,
    type,
    schema: z.object({ type: z.literal(type), ...fields }),
    tone: typeof tone === 'function' ? tone : () => tone,
    ...(subject && { subject }),
    ...(references && { references }),
    ...(endsTicksOf && { endsTicksOf }),
  };
}
