import type { Actor, Cause } from '../protocol/envelope.ts';
import type { EventBody, HubEvent } from '../protocol/events.ts';
import type { HubError } from '../protocol/errors.ts';
import type { Id, IdPrefix } from '../protocol/ids.ts';
import type { FileRecord, FileVersion } from '../protocol/records.ts';
import type { HubState } from '../protocol/state.ts';
import type { Limits } from './limits.ts';

/** The actor of a command, and the frame or event that caused it. */
export interface Origin {
  readonly actor: Actor;
  readonly cause?: Cause;
}

/** What the hub does by itself. */
export const HUB: Origin = { actor: { kind: 'hub' } };

/** What a dashboard or the command line does, the person at the desk does. */
export const PERSON: Origin = { actor: { kind: 'human' } };

/** The files as a rule sees them: the projection, plus what is applied but not yet written. */
export interface FileLookup {
  /** The file at a path, deleted or not. */
  byPath(workspace: string, path: string): FileRecord | undefined;
  byId(fileId: string): FileRecord | undefined;
  version(fileId: string, version: number): FileVersion | undefined;
  /** Sum of the sizes of all kept versions of a file. */
  keptBytes(fileId: string): number;
}

/** What a rule knows besides state and command. */
export interface RuleEnv {
  readonly actor: Actor;
  readonly cause?: Cause;
  /** Ms since the epoch by the clock of the machine. The `at` of the events is later if the log's last one is. */
  readonly now: number;
  readonly newId: (prefix: IdPrefix) => Id;
  readonly files: FileLookup;
  readonly limits: Limits;
}

/** An event to append. With an actor of its own it is done for somebody else than who runs the rule, as a job's file is. */
export type DecidedEvent = EventBody & { readonly actor?: Actor };

/** Events to append in order, as one commit, and the answer, made when they have a seq. */
export interface Decision<R> {
  readonly events: readonly DecidedEvent[];
  readonly answer: (logged: readonly HubEvent[]) => R;
}

/**
 * A rule is pure: the same state, command and env give the same decision. It never throws for a
 * refusal; it returns the HubError. It may return both a refusal and events to log with it
 * (`lock.refused`, `access.denied`): {@link Refusal}.
 */
export type Rule<C, R> = (state: HubState, command: C, env: RuleEnv) => Decision<R> | HubError | Refusal;

/** A refusal that leaves a trace in the log. The events are committed, then the error is thrown. */
export interface Refusal {
  readonly refused: HubError;
  readonly events: readonly DecidedEvent[];
}
