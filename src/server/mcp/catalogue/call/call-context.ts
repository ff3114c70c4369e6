import type { HubError } from '../../../../protocol/errors.ts';
import type { AgentActor } from '../../../../protocol/envelope.ts';
import type { KeyState } from '../../../../protocol/state.ts';
import type { LogLevel } from '../../rpc/log-level.ts';
import type { Origin } from '../../../../hub/rule.ts';
import type { Wire } from '../../../../protocol/wire-names.ts';

/** The caller of a request, its wire, and how to reach it while the answer is being made. */
export interface CallContext {
  /** The agent's key and session; `cause` is the frame of the JSON-RPC request. */
  readonly origin: Origin & { readonly actor: AgentActor };
  readonly key: KeyState;
  readonly sessionId: string;
  readonly wire: Wire;
  readonly protocolVersion: string;
  /** The request's parameters as they came, for what only some methods or revisions have (`inputResponses`). */
  readonly params: Readonly<Record<string, unknown>>;
  /** Where the client reaches the hub, such as `https://hub.example`: what links begin with. */
  readonly address?: string | undefined;
  /** Aborted when the client cancels the request or its session ends; never once the answer is out. */
  readonly signal: AbortSignal;
  /** Present only where the request carried a `progressToken`. `fraction` is 0 to 1 and always grows. */
  readonly progress?: ((fraction: number, message?: string) => void) | undefined;
  /** Sends a log message that belongs to the request, if its client asked for that level and above. */
  readonly log?: ((level: LogLevel, data: unknown) => void) | undefined;
  /**
   * Asks the client something, such as `elicitation/create`; answers its result. Only on the wires with sessions.
   * Rejects with an RpcError where the client answers with an error, and when the request is cancelled.
   */
  readonly ask?: ((method: string, params: object) => Promise<unknown>) | undefined;
  /**
   * Called, before the answer is given, when the key subscribes or listens outside its workspaces. The answer
   * (an error) still goes out; after it the wire ends the session's connection with `refusal`.
   */
  readonly endConnection: (refusal: HubError) => void;
}
