import { HubError, messageOf } from '../../protocol/errors.ts';
import type { EventBody, HubEvent } from '../../protocol/events.ts';
import type { Id, IdPrefix } from '../../protocol/ids.ts';
import type { ContentRow } from '../disk/content-rows.ts';
import { hubClosed } from '../hub-errors.ts';
import type { Limits } from '../limits.ts';
import type { Urgency } from '../log/event-log.ts';
import type { Logger } from '../logger.ts';
import { HUB, type DecidedEvent, type Origin, type Rule, type RuleEnv } from '../rule.ts';
import type { Applied, Committed } from './applied.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { StorageWatch } from './storage-watch.ts';

/** What commands need of their hub. */
export interface CommandsHub {
  readonly now: () => number;
  readonly newId: (prefix: IdPrefix) => Id;
  readonly limits: Limits;
  readonly logger: Logger | undefined;
}

export interface CommandsParts {
  readonly applied: Applied;
  readonly storage: StorageWatch;
  readonly clock: ClockWatch;
}

/** What the hub does with a command: decides by a rule, and applies the events. See the hub's methods of these names. */
export class Commands {
  readonly #hub: CommandsHub;
  readonly #applied: Applied;
  readonly #storage: StorageWatch;
  readonly #clock: ClockWatch;
  #isClosed = false;

  constructor(hub: CommandsHub, { applied, storage, clock }: CommandsParts) {
    this.#hub = hub;
    this.#applied = applied;
    this.#storage = storage;
    this.#clock = clock;
  }

  commit<C, R>(rule: Rule<C, R>, command: C, origin: Origin, content?: Omit<ContentRow, 'seq'>): Committed<R> {
    this.#mustBeWritable();
    this.noteClock();
    const now = this.#hub.now();
    const decided = rule(this.#applied.state, command, this.#envFor(origin, now));
    if (decided instanceof HubError) throw decided;
    const logged = this.#apply(decided.events, origin, now, 'refused' in decided ? undefined : content);
    if ('refused' in decided) throw decided.refused;
    return this.#applied.committed(decided.answer(logged));
  }

  check<C, R>(rule: Rule<C, R>, command: C, origin: Origin): void {
    this.#mustBeWritable();
    const decided = rule(this.#applied.state, command, this.#envFor(origin, this.#hub.now()));
    if (decided instanceof HubError) throw decided;
    if ('refused' in decided) throw decided.refused;
  }

  record(events: readonly EventBody[], origin: Origin, urgency?: Urgency): Committed<readonly HubEvent[]> {
    this.#mustBeWritable();
    this.noteClock();
    return this.#applied.committed(this.#apply(events, origin, this.#hub.now(), undefined, urgency));
  }

  async durably<R>(act: () => Committed<R> | Promise<Committed<R>>): Promise<R> {
    let committed: Committed<R>;
    try {
      committed = await act();
    } catch (error) {
      return this.refuse(error);
    }
    await committed.durable;
    return committed.answer;
  }

  async refuse(error: unknown): Promise<never> {
    await this.#applied.durable(this.#applied.state.seq);
    throw error;
  }

  noteClock(): void {
    if (this.#isClosed || this.#storage.health.status !== 'ok') return;
    const byMs = this.#clock.step();
    if (byMs !== 0) this.#apply([{ type: 'hub.clock_stepped', byMs }], HUB, this.#hub.now());
  }

  /** From now on all are refused with `hub_closed`. */
  close(): void {
    this.#isClosed = true;
  }

  #envFor({ actor, cause }: Origin, now: number): RuleEnv {
    const { newId, limits } = this.#hub;
    return { actor, now, newId, files: this.#applied.files, limits, ...(cause === undefined ? {} : { cause }) };
  }

  #apply(
    bodies: readonly DecidedEvent[],
    origin: Origin,
    now: number,
    content?: Omit<ContentRow, 'seq'>,
    urgency?: Urgency,
  ): readonly HubEvent[] {
    try {
      return this.#applied.apply(bodies, origin, now, content, urgency);
    } catch (error) {
      this.#hub.logger?.error({ err: error, seq: this.#applied.state.seq }, 'A commit could not be applied');
      this.#storage.halt(messageOf(error));
      throw error;
    }
  }

  #mustBeWritable(): void {
    if (this.#isClosed) throw hubClosed();
    this.#storage.mustBeOk();
  }
}
