import type { HubError } from '../../../../protocol/errors.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { AgentSession } from '../../sessions/agent-session.ts';
import type { Broadcast } from '../../sessions/broadcast.ts';
import type { CallContext } from '../../catalogue/call/call-context.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { EdgeDeps, Exchange } from '../../requests/edge.ts';
import type { KeepAlive } from '../../stream/keep-alive.ts';
import type { Method } from '../../catalogue/methods.ts';
import { statelessVersion } from '../../rpc/protocol-versions.ts';
import type { RpcRequest } from '../../rpc/rpc.ts';
import type { SessionRegistry } from '../../sessions/session-registry.ts';
import { STATELESS } from '../../../../protocol/wire-names.ts';

export interface StatelessDeps extends EdgeDeps {
  readonly registry: SessionRegistry;
  readonly broadcast: Broadcast;
  readonly catalogue: Catalogue;
  readonly methods: ReadonlyMap<string, Method>;
  readonly keepAlive: KeepAlive;
}

/** A stateless request whose key and shape are known. */
export interface StatelessCall {
  readonly exchange: Exchange;
  readonly key: KeyState;
  readonly session: AgentSession;
  readonly message: RpcRequest;
  /** Id of the request's frame. */
  readonly cause: string;
}

/** A stateless call as the catalogue sees it. */
export function contextOf(
  { key, session, cause, exchange, message }: StatelessCall,
  signal: AbortSignal,
  endConnection: (refusal: HubError) => void,
): CallContext {
  return {
    origin: { actor: session.actor, cause },
    key,
    sessionId: session.id,
    wire: STATELESS,
    protocolVersion: statelessVersion,
    params: message.params,
    address: exchange.address,
    signal,
    endConnection,
  };
}
