import { actorAgentId } from '../protocol/actor-id.ts';
import { agentId, agentOfId, idOfAgent } from '../protocol/agent-id.ts';
import type { HubEvent } from '../protocol/events.ts';
import type { KnownAgent } from '../protocol/state.ts';
import { agentLabel } from '../protocol/words/agent-label.ts';
import { workspaceLabel } from '../protocol/words/workspace-label.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';

/** Agents of a key that are remembered; the hub itself keeps as many. */
const MOST_AGENTS = 100;

/** Names for ids, from the state and the events seen so far; an unknown id stands for itself. */
export class NamesById {
  readonly #keys = new Map<string, string>();
  /** The agents of each key, as far as its sessions say. */
  readonly #agents = new Map<string, readonly KnownAgent[]>();
  readonly #unknownKeys = new Set<string>();
  readonly #workspaces = new Map<string, string>();
  /** By session or job id: whose it is, an agent of a key where that is known. */
  readonly #owners = new Map<string, string>();
  /** By job id: the path that it is about. */
  readonly #jobs = new Map<string, string>();

  /** Takes names from the hub's state. */
  know(state: StateSnapshot): void {
    for (const { id, name, agents = [] } of state.keys) {
      this.#keys.set(id, name);
      this.#agents.set(id, agents);
    }
    for (const { id, name } of state.workspaces) this.#workspaces.set(id, name);
    for (const session of state.sessions) this.#owners.set(session.id, idOfAgent(session));
    for (const { id, path, requestedBy } of state.jobs) {
      this.#jobs.set(id, path);
      this.#owners.set(id, actorAgentId(requestedBy));
    }
  }

  /** Takes names from an event. */
  hear(event: HubEvent): void {
    if (event.type === 'key.created') this.#keys.set(event.keyId, event.name);
    else if (event.type === 'workspace.created') this.#workspaces.set(event.workspace, event.name);
    else if (event.type === 'workspace.updated' && event.name !== undefined)
      this.#workspaces.set(event.workspace, event.name);
    else if (event.type === 'session.opened') this.#hearSession(event.sessionId, event.keyId, event.agent);
    else if (event.type === 'session.initialized' || event.type === 'session.resumed') {
      if (event.actor.kind === 'agent' && event.agent !== undefined)
        this.#hearSession(event.sessionId, event.actor.key, event.agent, 'named' in event ? event.named : undefined);
    } else if (event.type === 'agent.renamed') {
      const agents = this.#agents.get(event.keyId) ?? [];
      const { keyId, agent, name: label } = event;
      const renamed = (one: KnownAgent): KnownAgent =>
        one.name === agent ? { name: agent, ...(label === undefined ? {} : { label }) } : one;
      this.#agents.set(keyId, agents.map(renamed));
    } else if (event.type === 'job.queued') {
      this.#jobs.set(event.jobId, event.path);
      // A job that the hub queues again keeps its owner.
      if (event.actor.kind !== 'hub') this.#owners.set(event.jobId, actorAgentId(event.actor));
    }
  }

  #hearSession(sessionId: string, keyId: string, agent: string | undefined, named: true | undefined = true): void {
    this.#owners.set(sessionId, agentId(keyId, agent));
    const agents = this.#agents.get(keyId) ?? [];
    if (agent === undefined || agents.some(({ name }) => name === agent)) return;
    this.#agents.set(
      keyId,
      [...agents, { name: agent, ...(named === undefined ? {} : { named }) }].slice(-MOST_AGENTS),
    );
  }

  /** What an agent is called, by its id (`agentId`): by its key, and its own name where the key has several. */
  agent(id: string): string {
    const { keyId, agent } = agentOfId(id);
    return agentLabel({ name: this.key(keyId), agents: this.#agents.get(keyId) ?? [] }, keyId, agent);
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
    const agent = this.#owners.get(id);
    return agent === undefined ? id : this.agent(agent);
  }

  /** Whose a session or a job is, as queries name them. */
  ownerOf(id: string): string | undefined {
    return this.#owners.get(id);
  }

  job(id: string): string {
    return this.#jobs.get(id) ?? id;
  }
}
