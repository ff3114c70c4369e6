import { HubError } from '../../src/protocol/errors.ts';
import type { Actor } from '../../src/protocol/envelope.ts';
import type { EventBody, HubEvent } from '../../src/protocol/events.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { emptyState, type HubState, type LockState } from '../../src/protocol/state.ts';
import { limitsWith } from '../../src/hub/limits.ts';
import type { FileLookup, Rule } from '../../src/hub/rule.ts';

const noFiles: FileLookup = {
  byPath: () => undefined,
  byId: () => undefined,
  version: () => undefined,
  keptBytes: () => 0,
};

/** Rules on a state in memory: what is decided is applied, nothing is written. */
export class RuleWorld {
  readonly state: HubState = emptyState();
  readonly log: HubEvent[] = [];
  now = 1_000_000;
  limits = limitsWith();
  #ids = 0;

  /** A world with the workspace `wsp_1` and editors `key_a`, `key_b`, `key_c`, `key_d`. */
  static withAgents(): RuleWorld {
    const world = new RuleWorld();
    world.add({ type: 'workspace.created', workspace: 'wsp_1', name: 'default', quotaBytes: 100, intelligence: false });
    for (const name of ['a', 'b', 'c', 'd']) {
      world.add({ type: 'key.created', keyId: `key_${name}`, name, secretSha256: name });
      world.add({ type: 'member.set', workspace: 'wsp_1', keyId: `key_${name}`, role: 'editor' });
    }
    return world;
  }

  add(body: EventBody, actor: Actor = { kind: 'hub' }): HubEvent {
    const event = { seq: this.state.seq + 1, at: this.now, actor, ...body };
    applyEvent(this.state, event);
    this.log.push(event);
    return event;
  }

  /** Runs a rule as this actor (`human`, `hub`, a key id, or an agent of it: `key_a/codex`) and applies what it decides. Throws a refusal. */
  run<C, R>(as: string, rule: Rule<C, R>, command: C, session?: string): R {
    const [key = '', agent] = as.split('/');
    const actor: Actor =
      as === 'human' || as === 'hub'
        ? { kind: as }
        : {
            kind: 'agent',
            key,
            ...(agent === undefined ? {} : { agent }),
            ...(session === undefined ? {} : { session }),
          };
    const decided = rule(this.state, command, {
      actor,
      now: this.now,
      newId: (prefix) => `${prefix}_${++this.#ids}`,
      files: noFiles,
      limits: this.limits,
    });
    if (decided instanceof HubError) throw decided;
    const logged = decided.events.map((body) => this.add(body, actor));
    if ('refused' in decided) throw decided.refused;
    return decided.answer(logged);
  }

  /** The refusal of a rule, as {@link run} would throw it. */
  refusal<C, R>(as: string, rule: Rule<C, R>, command: C, session?: string): HubError {
    try {
      this.run(as, rule, command, session);
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
    throw new Error('It was not refused');
  }

  /** Types of the events since a seq. */
  typesSince(seq: number): string[] {
    return this.log.filter((event) => event.seq > seq).map(({ type }) => type);
  }

  lock(path: string, workspace = 'wsp_1'): LockState | undefined {
    return this.state.locks.get(placeKey(workspace, path));
  }
}
