import type { IncomingMessage } from 'node:http';
import type { Hub } from '../../../../hub/hub.ts';
import { HUB } from '../../../../hub/rule.ts';
import { unsubscribeSession } from '../../../../hub/rules/sessions.ts';
import { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import { givenName, isOfAgent } from '../../requests/agent-name.ts';
import { clientName } from '../../requests/client-name.ts';
import type { Exchange } from '../../requests/edge.ts';
import { capabilityNames } from '../../requests/handshake.ts';
import { statelessVersion } from '../../rpc/protocol-versions.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';
import { wasLogged } from '../../sessions/unlogged-sessions.ts';
import { isRecord } from '../../../../protocol/is-record.ts';
import { CLIENT_CAPABILITIES_META, CLIENT_INFO_META } from '../../../../protocol/json-rpc.ts';
import { STATELESS } from '../../../../protocol/wire-names.ts';

/**
 * Sessions for the stateless wire, which has none.
 *
 * The person at the desk wants to see an agent, not a thousand requests: all requests with the same key and
 * `clientInfo` are one session, opened by the first and closed after the idle time without any. Its listen streams
 * belong to it too. Two instances of one client with one key share a session and are one agent, as this wire has
 * nothing to distinguish them, unless their requests name agents.
 */
export class StatelessSessions {
  readonly #hub: Hub;
  readonly #registry: SessionRegistry;
  readonly #byClient = new Map<string, Promise<AgentSession>>();

  constructor(hub: Hub, registry: SessionRegistry) {
    this.#hub = hub;
    this.#registry = registry;
  }

  /**
   * The session of this key and client; opened when there is none, with the frame that `causeOf` names as
   * its cause. @throws HubError
   */
  async of(
    key: KeyState,
    meta: Readonly<Record<string, unknown>>,
    exchange: Exchange,
    causeOf: (sessionId: string) => string,
  ): Promise<AgentSession> {
    const name = givenName(exchange);
    if (name instanceof HubError) throw name;
    const client = { ...clientOf(meta, exchange.request), agent: name };
    const place = `${key.id}\n${client.name}\n${client.version}\n${name ?? ''}`;
    const known = await this.#byClient.get(place)?.catch(() => undefined);
    if (known && !known.ended && this.#registry.isOpen(known.id)) return known;
    const opening = this.#find(key, client) ?? this.#open(key, client, meta, exchange.request, causeOf);
    this.#byClient.set(place, opening);
    opening.catch(() => this.#byClient.delete(place));
    return opening;
  }

  /** The session from before a restart or a storage failure. */
  #find(key: KeyState, client: NamedClient): Promise<AgentSession> | undefined {
    const state = this.#registry
      .of(STATELESS, key.id)
      .filter((one) => isOfAgent(one, client.agent))
      .find((one) => one.client?.name === client.name && one.client.version === client.version);
    const session = state && this.#registry.find(state.id, STATELESS, key);
    return session === undefined || session instanceof HubError ? undefined : this.#takeUp(session);
  }

  /** Resumes it without its subscriptions, which ended with its listen streams. */
  async #takeUp(session: AgentSession): Promise<AgentSession> {
    await this.#registry.resume(session);
    const uris = this.#hub.state.sessions.get(session.id)?.subscriptions ?? [];
    // If the disk refuses that, they are only shown on the desk: nothing is sent for them.
    await wasLogged(this.#hub.execute(unsubscribeSession, { sessionId: session.id, uris }, HUB));
    return session;
  }

  async #open(
    key: KeyState,
    client: NamedClient,
    meta: Readonly<Record<string, unknown>>,
    request: IncomingMessage,
    causeOf: (sessionId: string) => string,
  ): Promise<AgentSession> {
    await this.#forgetClosed();
    const id = this.#hub.newId('ses');
    const cause = causeOf(id);
    const session = await this.#registry.open(STATELESS, key, request, { id, name: client.agent, cause });
    session.protocolVersion = statelessVersion;
    await this.#registry.initialize(
      session,
      {
        sessionId: id,
        protocolVersion: statelessVersion,
        clientName: client.name,
        clientVersion: client.version,
        capabilities: capabilityNames(meta[CLIENT_CAPABILITIES_META]),
      },
      { actor: session.actor, cause },
    );
    return session;
  }

  async #forgetClosed(): Promise<void> {
    if (this.#byClient.size <= this.#hub.limits['stateless-sessions-per-key']) return;
    // A copy: the session that this makes room for joins the map meanwhile, and must not wait for itself.
    for (const [name, opening] of [...this.#byClient]) {
      const session = await opening.catch(() => undefined);
      const isOpen = session !== undefined && this.#registry.isOpen(session.id);
      if (!isOpen && this.#byClient.get(name) === opening) this.#byClient.delete(name);
    }
  }
}

interface NamedClient {
  readonly name: string;
  readonly version: string;
  /** The agent that its requests name. */
  readonly agent: string | undefined;
}

function clientOf(meta: Readonly<Record<string, unknown>>, request: IncomingMessage): Omit<NamedClient, 'agent'> {
  const info = meta[CLIENT_INFO_META];
  const name = isRecord(info) ? clientName(info['name'], 200, '') : '';
  if (isRecord(info) && name !== '') return { name, version: clientName(info['version'], 100, '') };
  return { name: clientName(request.headers['user-agent'], 200, 'unnamed client'), version: '' };
}
