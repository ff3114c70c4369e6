import type { HubError } from '../../protocol/errors.ts';
import type { KeyState } from '../../protocol/state.ts';
import type { AgentSession } from './agent-session.ts';
import type { Broadcast } from './broadcast.ts';
import type { CallContext } from './call-context.ts';
import type { Catalogue } from './catalogue.ts';
import type { EdgeDeps, Exchange } from './edge.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Method } from './methods.ts';
import { modernVersion } from './protocol-versions.ts';
import type { RpcRequest } from './rpc.ts';
import type { SessionRegistry } from './session-registry.ts';

export interface ModernDeps extends EdgeDeps {
  readonly registry: SessionRegistry;
  readonly broadcast: Broadcast;
  readonly catalogue: Catalogue;
  readonly methods: ReadonlyMap<string, Method>;
  readonly keepAlive: KeepAlive;
}

/** A stateless request whose key and shape are known. */
export interface ModernCall {
  readonly exchange: Exchange;
  readonly key: KeyState;
  readonly session: AgentSession;
  readonly message: RpcRequest;
  /** Id of the request's frame. */
  readonly cause: string;
}

/** A stateless call as the catalogue sees it. */
export function contextOf(
  { key, session, cause, exchange }: ModernCall,
  signal: AbortSignal,
  endConnection: (refusal: HubError) => void,
): CallContext {
  return {
    origin: { actor: { kind: 'agent', key: key.id, session: session.id }, cause },
    key,
    sessionId: session.id,
    wire: 'modern',
    protocolVersion: modernVersion,
    host: exchange.request.headers.host,
    signal,
    endConnection,
  };
}
