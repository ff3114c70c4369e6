import { HubError, type HubErrorCode } from '../../../protocol/errors.ts';
import type { OutFrame } from '../../taps/exchange-tap.ts';
import { rpcCodes, type RpcId } from '../../../protocol/json-rpc.ts';
import { frameNumber } from '../../taps/frame-number.ts';
import { refusalText } from '../rpc/rpc.ts';

/** A request that is being worked on. */
export interface RunningRequest {
  /** On the wire without sessions, several clients that share one may use the same. */
  readonly id: RpcId;
  readonly abort: { abort(): void };
  /** Sends its answer's text. */
  readonly answer: (json: string, frame: OutFrame) => void;
  readonly method: string;
  readonly tool: string | undefined;
  /** When it came, in ms since the epoch. */
  readonly since: number;
  /** Id of its frame. */
  readonly cause: string;
  /** The secret (by its hash) that it came with, where its answer goes to a stream that another request opened. */
  readonly secret?: string | undefined;
}

/** Something of a session that ends with it: a reply on its way, a stream besides its own. */
export interface SessionPart {
  /** `why` is sent to its client, where it is given. */
  end(reason: string, why: HubError | undefined): void;
  /** The key's list of tools has changed. */
  toolsChanged?(): void;
  /** The session's key may not read a workspace any more. */
  workspaceLost?(workspace: string, reason: string, why: HubError): void;
}

/** Why a stream ends that notified of a workspace which its key may not read any more. */
const WORKSPACE_LOST = {
  reason: 'Its key may not read the workspace any more.',
  why: new HubError(
    'forbidden',
    'This key may not read any more what this stream reported; the subscriptions there have ended. whoami says what is left.',
  ),
};

/** Why a session ends, for the calls that are in flight then. */
export type CutCode = Extract<
  HubErrorCode,
  'key_revoked' | 'key_expired' | 'key_suspended' | 'cancelled' | 'hub_closed'
>;

/** Requests with which a client only looks around. */
const LOOKS = /^(?:initialize|ping|server\/discover|logging\/setLevel|[a-z]+\/(?:templates\/)?list)$/u;

/** What is under way in a session: requests in flight, and parts that end with it. */
export class SessionWork {
  readonly #cutOff: (running: RunningRequest, error: HubError) => void;
  // Most sessions are idle: their sets are made when they are needed.
  #running: Set<RunningRequest> | undefined;
  #parts: Set<SessionPart> | undefined;
  #ended: HubError | undefined;
  #isUsed = false;

  /** `cutOff` answers and aborts a request that is in flight when the session ends. */
  constructor(cutOff: (running: RunningRequest, error: HubError) => void) {
    this.#cutOff = cutOff;
  }

  get busy(): boolean {
    return (this.#running?.size ?? 0) > 0 || (this.#parts?.size ?? 0) > 0;
  }

  /** Whether any of its requests did more than see what there is. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Why the session has ended, once it has. */
  get ended(): HubError | undefined {
    return this.#ended;
  }

  get running(): Iterable<RunningRequest> {
    return this.#running ?? [];
  }

  /** The calls of tools in flight, as dashboards are shown them. */
  get calling(): { readonly tool: string; readonly since: number; readonly cause: string }[] {
    return [...this.running].flatMap(({ tool, since, cause }) => (tool === undefined ? [] : { tool, since, cause }));
  }

  get parts(): Iterable<SessionPart> {
    return this.#parts ?? [];
  }

  /** Begins a request; one that comes after the end is cut off at once. */
  begin(running: RunningRequest): void {
    (this.#running ??= new Set()).add(running);
    this.#isUsed ||= !LOOKS.test(running.method);
    if (this.#ended) this.#cutOff(running, this.#ended);
  }

  finish(running: RunningRequest): void {
    this.#running?.delete(running);
  }

  add(part: SessionPart): void {
    (this.#parts ??= new Set()).add(part);
  }

  remove(part: SessionPart): void {
    this.#parts?.delete(part);
  }

  /** The key may not read a workspace any more: ends the stream that notified of it, and parts that did. */
  workspaceLost(workspace: string, stream: { refuse(why: HubError, reason: string): void } | undefined): void {
    const { reason, why } = WORKSPACE_LOST;
    stream?.refuse(why, reason);
    for (const part of this.parts) part.workspaceLost?.(workspace, reason, why);
  }

  /** Cuts off all requests. Returns why, for streams; nothing the second time. */
  end(reason: string, code: CutCode): HubError | undefined {
    if (this.#ended) return undefined;
    this.#ended = ofCalls(new HubError(code, whatEnded(code, reason, ' while this call was under way')));
    for (const running of this.running) this.#cutOff(running, this.#ended);
    return new HubError(code, whatEnded(code, reason, ''));
  }

  /** Cuts off some of the requests; others, and the session, go on. */
  cutOff(why: HubError, isMeant: (running: RunningRequest) => boolean): void {
    const error = ofCalls(why);
    for (const running of [...this.running]) if (isMeant(running)) this.#cutOff(running, error);
  }
}

function ofCalls({ code, message }: HubError): HubError {
  return new HubError(code, `${message} The call may have taken effect: look before you repeat it.`);
}

function whatEnded(code: CutCode, reason: string, meanwhile: string): string {
  switch (code) {
    case 'key_revoked':
      return `The key was revoked${meanwhile}. Ask the person at the desk for a new one.`;
    case 'key_expired':
      return `The key has expired${meanwhile}. Ask the person at the desk for a new one.`;
    case 'key_suspended':
      return `The key was suspended${meanwhile}. The person at the desk can lift that.`;
    case 'hub_closed':
      return `The hub closed${meanwhile}. Come back when it runs again.`;
    case 'cancelled':
      return `The session ended${meanwhile} (${reason.replace(/\.$/u, '')}). Open a new one.`;
    default:
      return code satisfies never;
  }
}

/** Answers a request in flight with why its session ended, and aborts it. Returns the bytes of the answer. */
export function cutOff(
  { id, abort, answer, method, tool, since, cause }: RunningRequest,
  error: HubError,
  now: number,
): number {
  const json = refusalText(id, error);
  answer(json, {
    kind: 'response',
    method,
    tool,
    rpcId: id,
    outcome: 'error',
    code: rpcCodes.server,
    latencyMs: Math.max(0, now - since),
    replyTo: frameNumber(cause),
  });
  abort.abort();
  return Buffer.byteLength(json);
}
