import { HubError, fromWire } from '../protocol/errors.ts';
import { agentEventSchema, type AgentEvent } from '../protocol/events.ts';

export type ToolFields = Readonly<Record<string, unknown>>;

export interface CallOptions {
  /** How long to wait for the answer; the client's own default is a minute. */
  readonly timeoutMs?: number;
  /** Cancels the call, also at the hub. */
  readonly signal?: AbortSignal;
}

/** What a scripted agent needs of a wire; each wire's file makes one on an official client. */
export interface AgentLink {
  /**
   * Calls a tool and gives its structured content. Throws the tool's HubError for a refusal, or
   * what the client throws when the wire fails.
   */
  call(tool: string, args: ToolFields, options?: CallOptions): Promise<ToolFields>;
  close(): Promise<void>;
}

export interface LinkHandlers {
  /** An event of the subscribed workspace, as soon as it is pushed. */
  onEvent(event: AgentEvent): void;
  /** The connection was lost or silently replaced: events may be missing. */
  onLost(reason: string): void;
}

export interface LinkOptions extends LinkHandlers {
  /** The hub's base address, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  readonly key: string;
  readonly name: string;
  /** URI to subscribe to once connected. */
  readonly subscribeTo: string;
}

/** What the links of all wires make of their options, for either official client. */
export function linkParts(options: LinkOptions) {
  const { signal, lose } = lossOf(options);
  return {
    identity: { name: options.name, version: '1.0.0' },
    transportOptions: { requestInit: { headers: { Authorization: `Bearer ${options.key}` } } },
    /** For each step of the handshake. */
    handshake: { timeout: HANDSHAKE_MS, signal },
    /** The connection is lost: calls in flight fail. */
    lose,
    onUpdated: ({ params }: { readonly params: Parameters<typeof eventOf>[0] }): void => {
      const event = eventOf(params);
      if (event) options.onEvent(event);
    },
    callOptions: (call: CallOptions | undefined) => requestOptions(signal, call),
  };
}

/** The clients' options for a call that ends with the connection, or when its caller aborts it. */
function requestOptions(
  lost: AbortSignal,
  { timeoutMs, signal }: CallOptions = {},
): { signal: AbortSignal; timeout?: number } {
  return {
    signal: signal ? AbortSignal.any([lost, signal]) : lost,
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  };
}

/** How long a hub may take for each step of the handshake. */
const HANDSHAKE_MS = 10_000;

/**
 * The end of a connection. Calls in flight then fail at once with the reason: their answers are lost with the
 * stream, and the clients would wait a minute for them.
 */
function lossOf({ onLost }: LinkHandlers): { signal: AbortSignal; lose(reason: string): void } {
  const lost = new AbortController();
  return {
    signal: lost.signal,
    lose: (reason) => {
      lost.abort(new Error(reason));
      onLost(reason);
    },
  };
}

/** The structured content of a tool's answer; its error is thrown. */
export function structuredContentOf(answer: ToolFields): ToolFields {
  const { isError, structuredContent, content } = answer;
  if (isError === true) {
    throw fromWire(structuredContent ?? { code: 'internal', message: JSON.stringify(content) });
  }
  if (typeof structuredContent !== 'object' || structuredContent === null) {
    throw new HubError('internal', 'The tool answered without structured content.');
  }
  return structuredContent as ToolFields; // a non-null object
}

/** The event in a notification's `_meta["dev.signalbox/event"]`, if there is one. */
function eventOf(params: { readonly _meta?: ToolFields | undefined } | undefined): AgentEvent | undefined {
  const event = agentEventSchema.safeParse(params?._meta?.['dev.signalbox/event']);
  return event.success ? event.data : undefined;
}

/** A field that the tool's output schema promises to be text. */
export function textField(fields: ToolFields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new HubError('internal', `No text "${name}" in ${JSON.stringify(fields)}`);
  return value;
}
