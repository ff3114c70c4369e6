import type { ProjectionName } from '../../../protocol/collections.ts';
import type { EventDefinition, EventOf, HubEvent } from '../../../protocol/events.ts';
import type { HubState } from '../../../protocol/state.ts';
import type { Db } from '../db.ts';

/**
 * Tables folded from the log, for data that grows without bound. They are written in the transaction that
 * writes the events, so that the two never disagree.
 */
export interface Projection {
  readonly name: string;
  /** `CREATE TABLE …` and `CREATE INDEX …`. If it changes, the tables are built again from the whole log. */
  readonly schema: readonly string[];
  /**
   * From 1 on. Raise it when `apply` makes other rows of the same events than before: then too the tables are built
   * again. A test asks for it.
   */
  readonly version: number;
  /**
   * For tables whose rows are about single events, and go with them when they are removed: the column that has the
   * event's seq, or its block. Of all others the rows stay.
   */
  readonly perEvent?: Readonly<Record<string, 'seq' | 'block'>>;
  /** `before` is the state without this event. Must not depend on anything else: no clock, no files. */
  apply(db: Db, event: HubEvent, before: HubState): void;
}

/** The types whose definitions name a projection. */
type TypesOf<N extends ProjectionName, D extends EventDefinition = EventDefinition> = D extends {
  type: infer T;
  projections: readonly (infer Named)[];
}
  ? N extends Named
    ? T
    : never
  : never;

/** What a projection does with an event of each type that names it. */
type Handlers<N extends ProjectionName> = {
  readonly [T in TypesOf<N>]: (db: Db, event: EventOf<T>, before: HubState) => void;
};

/** The projection that event types name so; it is asked about their events and no others. */
export function projection<N extends ProjectionName>(
  name: N,
  { schema, version, on }: Pick<Projection, 'schema' | 'version'> & { readonly on: Handlers<N> },
): Projection & { readonly name: N } {
  const handlers: Readonly<Record<string, ((db: Db, event: never, before: HubState) => void) | undefined>> = on;
  return {
    name,
    schema,
    version,
    apply: (db, event, before) => handlers[event.type]?.(db, event as never, before), // by its own type
  };
}
