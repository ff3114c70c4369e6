import type { Frame } from '../../../protocol/frames.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';
import { STATELESS } from '../../../protocol/wire-names.ts';

/** One step of a handshake. */
export interface HandshakeStep {
  readonly name: string;
  /** What was agreed; undefined before that. */
  readonly said: string | undefined;
  /** Undefined before the step, and where nobody knows any more. */
  readonly at: number | undefined;
  /** Its frame, if it is still kept. */
  readonly frameId: string | undefined;
  /**
   * `passed`: it was taken, and its message is no longer kept; `later`: it was taken, and is not among the frames that
   * were looked at, though all from the first on are; `open`: it is yet to come.
   */
  readonly state: 'done' | 'failed' | 'passed' | 'later' | 'open';
}

type KnownSession = Pick<SessionState, 'wire' | 'openedAt' | 'client' | 'subscriptions'>;

interface StepRule {
  readonly name: string;
  readonly matches: (frame: Frame) => boolean;
  /** Whether a frame that matches is this step, even where messages before it are no longer kept. */
  readonly isSure?: (frame: Frame, session: KnownSession, frames: readonly Frame[]) => boolean;
  readonly said: (session: KnownSession, frame: Frame | undefined) => string | undefined;
  /** The time that the session itself knows, for when the frame is no longer kept. */
  readonly at?: (session: KnownSession) => number | undefined;
  /** An optional step, shown only if it happened. */
  readonly isOptional?: boolean;
  /** Whether the session itself knows that an optional step happened. */
  readonly isKnown?: (session: KnownSession) => boolean;
}

/** Only one `initialize` of a session is answered with a result: a second one is refused. */
const isAgreement = ({ direction, label, kind }: Frame): boolean =>
  direction === 'out' && label === 'initialize' && kind === 'response';

const initialize: readonly StepRule[] = [
  {
    name: 'Initialize',
    matches: ({ direction, label, kind }) => direction === 'in' && kind === 'request' && label === 'initialize',
    isSure: ({ id }, _session, frames) => frames.some((frame) => isAgreement(frame) && frame.replyTo === id),
    said: ({ client }) => (client ? clientLabel(client) : undefined),
  },
  {
    name: 'Agreed',
    matches: ({ direction, label, kind }) =>
      direction === 'out' && label === 'initialize' && (kind === 'response' || kind === 'error'),
    isSure: isAgreement,
    said: ({ client }, frame) =>
      frame?.kind === 'error'
        ? `refused: ${frame.errorCode ?? 'error'}`
        : client
          ? `protocol ${client.protocolVersion}`
          : undefined,
  },
  {
    name: 'Initialized',
    matches: ({ direction, label }) => direction === 'in' && label === 'notifications/initialized',
    said: ({ client }) =>
      client ? (client.capabilities.length > 0 ? `client can ${client.capabilities.join(', ')}` : 'ready') : undefined,
  },
];

const subscribed: StepRule = {
  name: 'Watching',
  matches: ({ direction, label }) =>
    direction === 'in' && (label === 'resources/subscribe' || label === 'subscriptions/listen'),
  said: ({ subscriptions }) =>
    subscriptions.length === 0
      ? undefined
      : subscriptions.length === 1
        ? subscriptions[0]
        : `${subscriptions.length} resources`,
  isOptional: true,
  isKnown: ({ subscriptions }) => subscriptions.length > 0,
};

const opened = ({ openedAt }: KnownSession): number => openedAt;
/** The session is opened because of this exchange, so no later one is it. */
const beforeOpening = ({ at }: Frame, { openedAt }: KnownSession): boolean => at <= openedAt;
const httpSaid =
  (fallback: string) =>
  (_session: KnownSession, frame: Frame | undefined): string =>
    frame?.status === undefined ? fallback : `${frame.label}, ${frame.status}`;

const rules: Readonly<Record<SessionState['wire'], readonly StepRule[]>> = {
  sse: [
    {
      name: 'Connect',
      matches: ({ kind, label }) => kind === 'http' && label.startsWith('GET '),
      said: httpSaid('GET /sse'),
      at: opened,
      isSure: beforeOpening,
    },
    {
      name: 'Endpoint',
      matches: ({ kind, label }) => kind === 'sse' && label === 'endpoint',
      said: () => 'got the address for POSTs',
    },
    ...initialize,
    subscribed,
  ],
  streamable: [
    {
      name: 'Connect',
      matches: ({ kind, label, direction }) => kind === 'http' && direction === 'in' && label.startsWith('POST '),
      said: httpSaid('POST /mcp'),
      at: opened,
      isSure: beforeOpening,
    },
    ...initialize,
    {
      name: 'Stream',
      matches: ({ kind, label }) => kind === 'http' && label.startsWith('GET '),
      said: () => 'opened for what the hub tells by itself',
      isOptional: true,
    },
    subscribed,
  ],
  [STATELESS]: [
    {
      name: 'Connect',
      matches: ({ kind, label }) => kind === 'http' && label.startsWith('POST '),
      said: httpSaid('POST /mcp'),
      at: opened,
      isSure: beforeOpening,
    },
    {
      name: 'Discover',
      matches: ({ direction, label }) => direction === 'in' && label === 'server/discover',
      said: ({ client }) => (client ? `${clientLabel(client)}, protocol ${client.protocolVersion}` : undefined),
      isOptional: true,
    },
    {
      name: 'Discovered',
      matches: ({ direction, label, kind }) => direction === 'out' && label === 'server/discover' && kind !== 'http',
      said: ({ client }) => (client ? `protocol ${client.protocolVersion}` : undefined),
      isOptional: true,
    },
    {
      name: 'First call',
      matches: ({ direction, kind, label }) =>
        direction === 'in' && kind === 'request' && label !== 'server/discover' && label !== 'subscriptions/listen',
      said: (_session, frame) => (frame ? [frame.label, frame.detail].filter(Boolean).join(' ') : undefined),
      isOptional: true,
    },
    subscribed,
  ],
};

/**
 * The steps of a session's handshake, in order. Of a long session the first messages are gone, and later ones look the
 * same: a reconnection, another subscription. So a step has a time and a message only where the message is certainly
 * the first of its sort: its rule is sure of it, or all messages since an earlier step are kept.
 */
export function handshakeSteps(session: KnownSession, frames: readonly Frame[]): readonly HandshakeStep[] {
  const steps: HandshakeStep[] = [];
  /** The first step that is sure: all frames from it on are kept. */
  let from: number | undefined;
  for (const rule of rules[session.wire]) {
    const index = stepFrame(rule, session, frames, from);
    const frame = index === undefined ? undefined : frames[index];
    const missing = frame === undefined ? isMissing(rule, session, frames, from) : undefined;
    if (!frame && !missing && rule.isOptional === true) continue;
    from ??= index;
    const at = frame?.at ?? rule.at?.(session);
    steps.push({
      name: rule.name,
      said: rule.said(session, frame),
      at,
      frameId: frame?.id,
      state: frame && isFailure(frame) ? 'failed' : at !== undefined ? 'done' : (missing ?? 'open'),
    });
  }
  return steps;
}

/** The index of the frame of a step, where it is certain; `from`: all frames from this index on are kept. */
function stepFrame(
  rule: StepRule,
  session: KnownSession,
  frames: readonly Frame[],
  from: number | undefined,
): number | undefined {
  const fits = (frame: Frame, at: number): boolean =>
    rule.matches(frame) && (from === undefined ? rule.isSure?.(frame, session, frames) === true : at >= from);
  const found = frames.findIndex(fits);
  return found === -1 ? undefined : found;
}

/** Whether a step was taken whose message is not among the frames: as that is no longer kept, or came after them. */
function isMissing(
  { isOptional, matches, isKnown }: StepRule,
  session: KnownSession,
  frames: readonly Frame[],
  from: number | undefined,
): 'passed' | 'later' | undefined {
  if (from !== undefined) return isOptional === true && isKnown?.(session) === true ? 'later' : undefined;
  const isPast =
    isOptional === true
      ? isKnown?.(session) === true || frames.some(matches) // one that looks the same: not the first, so there was one
      : session.client !== undefined;
  return isPast ? 'passed' : undefined;
}

function isFailure({ kind, status = 0 }: Frame): boolean {
  return kind === 'error' || status >= 400;
}
