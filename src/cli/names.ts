import { actorId } from '../protocol/actor-id.ts';
import type { HubEvent } from '../protocol/events.ts';
import { workspaceLabel } from '../protocol/words/workspace-label.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';

/** Names for ids, from the state and the events seen so far; an unknown id stands for itself. */
export class Names {
  readonly #keys = new Map<string, string>();
  readonly #unknownKeys = new Set<string>();
  readonly #workspaces = new Map<string, string>();
  /** By session or job id: whose it is, as queries name them. */
  readonly #owners = new Map<string, string>();
  /** By job id: the path that it is about. */
  readonly #jobs = new Map<string, string>();

  /** Takes names from the hub's state. */
  know(state: StateSnapshot): void {
    for (const { id, name } of state.keys) this.#keys.set(id, name);
    for (const { id, name } of state.workspaces) this.#workspaces.set(id, name);
    for (const { id, keyId } of state.sessions) this.#owners.set(id, keyId);
    for (const { id, path, requestedBy } of state.jobs) {
      this.#jobs.set(id, path);
      this.#owners.set(id, actorId(requestedBy));
    }
  }

  /** Takes names from an event. */
  hear(event: HubEvent): void {
    if (event.type === 'key.created') this.#keys.set(event.keyId, event.name);
    else if (event.type === 'workspace.created') this.#workspaces.set(event.workspace, event.name);
    else if (event.type === 'workspace.updated' && event.name !== undefined)
      this.#workspaces.set(event.workspace, event.name);
    else if (event.type === 'session.opened') this.#owners.set(event.sessionId, event.keyId);
    else if (event.type === 'job.queued') {
      this.#jobs.set(event.jobId, event.path);
      // What the hub queues again is still whose it was.
      if (event.actor.kind !== 'hub') this.#owners.set(event.jobId, actorId(event.actor));
    }
  }

  key(id: string): string {
    const name = this.#keys.get(id);
    if (name === undefined) this.#unknownKeys.add(id);
    return name ?? id;
  }

  /** Ids of keys whose names were asked for in vain, since the last time. */
  takeUnknownKeys(): readonly string[] {
    const ids = [...this.#unknownKeys];
    this.#unknownKeys.clear();
    return ids;
  }

  /** Takes names of keys, by id. */
  knowKeys(names: Readonly<Record<string, string>>): void {
    for (const [id, name] of Object.entries(names)) this.#keys.set(id, name);
  }

  workspace(id: string): string {
    const name = this.#workspaces.get(id);
    if (name === undefined) return id;
    const all = Array.from(this.#workspaces, ([each, called]) => ({ id: each, name: called }));
    return workspaceLabel({ id, name }, all);
  }

  /** The name of the agent whose session it is. */
  session(id: string): string {
    const keyId = this.#owners.get(id);
    return keyId === undefined ? id : this.key(keyId);
  }

  /** Whose a session or a job is, as queries name them. */
  ownerOf(id: string): string | undefined {
    return this.#owners.get(id);
  }

  job(id: string): string {
    return this.#jobs.get(id) ?? id;
  }
}
