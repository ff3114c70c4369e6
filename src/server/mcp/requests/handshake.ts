import type { Hub } from '../../../hub/hub.ts';
import type { Origin } from '../../../hub/rule.ts';
import { shortened } from '../../shortened.ts';
import type { AgentSession } from '../sessions/agent-session.ts';
import { initializeProblem } from '../rpc/posted.ts';
import { negotiate } from '../rpc/protocol-versions.ts';
import { clientName } from './client-name.ts';
import { RpcError } from '../rpc/rpc.ts';
import { serverCapabilities, serverInfo, serverInstructions } from './server-info.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { rpcCodes } from '../../../protocol/json-rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

type SessionWriter = Pick<SessionRegistry, 'initialize'>;

/**
 * Answers `initialize`: agrees on a revision and logs who speaks. A client that came back to its session
 * may send it again: it is answered, and the session keeps the client that it had. @throws HubError, RpcError
 */
export async function initialize(
  hub: Hub,
  registry: SessionWriter,
  session: AgentSession,
  params: Readonly<Record<string, unknown>>,
  { name, origin }: { readonly name: string | undefined; readonly origin: Origin },
): Promise<object> {
  const wrong = initializeProblem(params);
  if (wrong !== undefined) throw new RpcError(rpcCodes.invalidParams, wrong);
  const client = isRecord(params['clientInfo']) ? params['clientInfo'] : {};
  const protocolVersion = negotiate(params['protocolVersion']);
  session.protocolVersion = protocolVersion;
  if (!hub.state.sessions.get(session.id)?.client) {
    await registry.initialize(
      session,
      {
        sessionId: session.id,
        protocolVersion,
        clientName: clientName(client['name'], 200, 'unnamed client'),
        clientVersion: clientName(client['version'], 200, ''),
        capabilities: capabilityNames(params['capabilities']),
        ...(name === undefined ? {} : { name }),
      },
      origin,
    );
  }
  return { protocolVersion, capabilities: serverCapabilities, serverInfo, instructions: serverInstructions };
}

/** Whether a session had no `initialize` yet, and the disk takes writes. */
export function isUninitialized(hub: Hub, session: AgentSession): boolean {
  return hub.state.sessions.get(session.id)?.status === 'opening' && hub.storage.status === 'ok';
}

/**
 * Logs who speaks on a session that had no `initialize` ({@link isUninitialized}): a client whose stream
 * dropped may open a new one and go on without, as the official one does. Its `User-Agent` stands for
 * its name. @throws HubError
 */
export async function initializeUnasked(
  registry: SessionWriter,
  session: AgentSession,
  { userAgent, name }: { readonly userAgent: string | undefined; readonly name?: string | undefined },
  origin: Origin,
): Promise<void> {
  await registry.initialize(
    session,
    {
      sessionId: session.id,
      protocolVersion: session.protocolVersion,
      clientName: clientName(userAgent, 200, 'unnamed client'),
      clientVersion: '',
      capabilities: [],
      ...(name === undefined ? {} : { name }),
    },
    origin,
  );
}

/** The names of a client's capabilities; bounded, as a session keeps them for long. */
export function capabilityNames(capabilities: unknown): string[] {
  if (!isRecord(capabilities)) return [];
  return Object.keys(capabilities)
    .slice(0, 50)
    .map((name) => shortened(name, 100));
}
