import type { Frame } from '../../../protocol/frames.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';

/** One step of a handshake. */
export interface HandshakeStep {
  readonly name: string;
  /** What was agreed; undefined before that. */
  readonly said: string | undefined;
  /** Undefined before the step. */
  readonly at: number | undefined;
  /** Its frame, if it is still kept. */
  readonly frameId: string | undefined;
  readonly isFailed: boolean;
}

type Known = Pick<SessionState, 'wire' | 'openedAt' | 'client' | 'subscriptions'>;

interface Rule {
  readonly name: string;
  readonly matches: (frame: Frame) => boolean;
  readonly said: (session: Known, frame: Frame | undefined) => string | undefined;
  /** The time that the session itself knows, for when the frame is no longer kept. */
  readonly at?: (session: Known) => number | undefined;
  /** An optional step, shown only if it happened. */
  readonly isOptional?: boolean;
}

const initialize: readonly Rule[] = [
  {
    name: 'Initialize',
    matches: ({ direction, label, kind }) => direction === 'in' && kind === 'request' && label === 'initialize',
    said: ({ client }) => (client ? clientLabel(client) : undefined),
  },
  {
    name: 'Agreed',
    matches: ({ direction, label, kind }) =>
      direction === 'out' && label === 'initialize' && (kind === 'response' || kind === 'error'),
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

const subscribed: Rule = {
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
};

const opened = ({ openedAt }: Known): number => openedAt;
const httpSaid =
  (fallback: string) =>
  (_session: Known, frame: Frame | undefined): string =>
    frame?.status === undefined ? fallback : `${frame.label}, ${frame.status}`;

const rules: Readonly<Record<SessionState['wire'], readonly Rule[]>> = {
  sse: [
    {
      name: 'Connect',
      matches: ({ kind, label }) => kind === 'http' && label.startsWith('GET '),
      said: httpSaid('GET /sse'),
      at: opened,
    },
    {
      name: 'Endpoint',
      matches: ({ kind, label }) => kind === 'sse' && label === 'endpoint',
      said: () => 'told where to POST',
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
  modern: [
    {
      name: 'Connect',
      matches: ({ kind, label }) => kind === 'http' && label.startsWith('POST '),
      said: httpSaid('POST /mcp'),
      at: opened,
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
    },
    subscribed,
  ],
};

/**
 * The steps of a session's handshake, in order. Times and frames come from the kept frames. The first frames
 * of a long session are gone; then the session's own facts show which steps were taken.
 */
export function handshakeSteps(session: Known, frames: readonly Frame[]): readonly HandshakeStep[] {
  const steps: HandshakeStep[] = [];
  for (const rule of rules[session.wire]) {
    const frame = frames.find(rule.matches);
    if (!frame && rule.isOptional === true) continue;
    steps.push({
      name: rule.name,
      said: rule.said(session, frame),
      at: frame?.at ?? rule.at?.(session),
      frameId: frame?.id,
      isFailed: frame?.kind === 'error' || (frame?.status ?? 0) >= 400,
    });
  }
  return steps;
}
