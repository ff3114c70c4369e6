import type { Hub } from '../../../hub/hub.ts';
import type { Origin } from '../../../hub/rule.ts';
import { rpcCodes } from '../../http/http-errors.ts';
import { shortened } from '../../http/shortened.ts';
import type { AgentSession } from '../sessions/agent-session.ts';
import { greetingProblem } from '../rpc/greeting.ts';
import { negotiate } from '../rpc/protocol-versions.ts';
import { isRecord, RpcError } from '../rpc/rpc.ts';
import { serverCapabilities, serverInfo, serverInstructions } from './server-info.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';

type Greeted = Pick<SessionRegistry, 'initialize'>;

/**
 * `initialize`: agrees on a revision and says who is here. A client that came back to its session may
 * greet again: it is answered, and it is who it was. @throws HubError, RpcError
 */
export async function greet(
  hub: Hub,
  registry: Greeted,
  session: AgentSession,
  params: Readonly<Record<string, unknown>>,
  origin: Origin,
): Promise<object> {
  const wrong = greetingProblem(params);
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
        clientName: named(client['name'], 'unnamed client'),
        clientVersion: named(client['version'], ''),
        capabilities: capabilityNames(params['capabilities']),
      },
      origin,
    );
  }
  return { protocolVersion, capabilities: serverCapabilities, serverInfo, instructions: serverInstructions };
}

/** Whether a session has not been told who speaks on it, and it can be written down. */
export function isUnknown(hub: Hub, session: AgentSession): boolean {
  return hub.state.sessions.get(session.id)?.status === 'opening' && hub.storage.status === 'ok';
}

/**
 * A client whose stream dropped may open a new one and go on without `initialize`, as the official one
 * does ({@link isUnknown}): it is served, and the desk shows it by what it says of itself in its headers. @throws HubError
 */
export async function introduce(
  registry: Greeted,
  session: AgentSession,
  userAgent: string | undefined,
  origin: Origin,
): Promise<void> {
  await registry.initialize(
    session,
    {
      sessionId: session.id,
      protocolVersion: session.protocolVersion,
      clientName: named(userAgent, 'unnamed client'),
      clientVersion: '',
      capabilities: [],
    },
    origin,
  );
}

function named(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? shortened(value, 200) : otherwise;
}

/** The names of what a client says it can; a session is kept for long, and so they are bounded. */
export function capabilityNames(capabilities: unknown): string[] {
  if (!isRecord(capabilities)) return [];
  return Object.keys(capabilities)
    .slice(0, 50)
    .map((name) => shortened(name, 100));
}
