import type { Frame } from '../../../protocol/frames.ts';
import type { SessionState } from '../../../protocol/state.ts';

/** One step of how a session came to be. */
export interface HandshakeStep {
  readonly name: string;
  /** What was said or agreed; undefined while it has not come to that. */
  readonly said: string | undefined;
  /** Undefined while the step is still to come. */
  readonly at: number | undefined;
  /** The frame to look into, if it is still kept. */
  readonly frameId: string | undefined;
  readonly isFailed: boolean;
}

type Known = Pick<SessionState, 'wire' | 'openedAt' | 'client' | 'subscriptions'>;

interface Rule {
  readonly name: string;
  readonly matches: (frame: Frame) => boolean;
  readonly said: (session: Known, frame: Frame | undefined) => string | undefined;
  /** Where the session itself knows the time, for when the frame is no longer kept. */
  readonly at?: (session: Known) => number | undefined;
  /** A step that need not happen: it is shown only when it did. */
  readonly isOptional?: boolean;
}

const initialize: readonly Rule[] = [
  {
    name: 'Initialize',
    matches: ({ direction, label, kind }) => direction === 'in' && kind === 'request' && label === 'initialize',
    said: ({ client }) => (client ? `${client.name} ${client.version}` : undefined),
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
      said: ({ client }) =>
        client ? `${client.name} ${client.version}, protocol ${client.protocolVersion}` : undefined,
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
 * The steps by which a session began, in their order. Times and frames come from the frames that
 * are kept; of a long session the first ones are gone, and what it agreed on still says that the
 * steps were taken.
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
