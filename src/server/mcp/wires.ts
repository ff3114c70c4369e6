import { PERSON } from '../../hub/rule.ts';
import type { Deliveries } from '../taps/deliveries.ts';
import { HubError } from '../../protocol/errors.ts';
import { Broadcast } from './sessions/broadcast.ts';
import { UnreadAnswers } from '../http/unread-answers.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { Dispatcher, type SessionWireDeps } from './requests/dispatcher.ts';
import type { EdgeDeps } from './requests/edge.ts';
import { McpEndpoint } from './endpoint.ts';
import { SessionAccess } from './sessions/session-access.ts';
import { KeepAlive } from './stream/keep-alive.ts';
import { createMethods } from './catalogue/methods.ts';
import { StatelessWire } from './wires/stateless/stateless.ts';
import { Replayer } from './sessions/replayer.ts';
import { AnswerRoom } from './replay/answer-room.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { SessionTakeover } from './wires/sse/session-takeover.ts';
import { SessionReturn } from './wires/sse/session-return.ts';
import { SseWire } from './wires/sse/sse.ts';
import { StreamableWire } from './wires/streamable/streamable.ts';
import { TrafficPulses } from './sessions/traffic-pulses.ts';

export interface WiresOptions extends Omit<EdgeDeps, 'unreadAnswers'> {
  readonly deliveries: Deliveries;
  readonly catalogue: Catalogue;
  /** Between two signs of life on each stream, in ms. */
  readonly keepAliveMs: number;
  /** After how long a session with nothing under way is closed, in ms. */
  readonly sessionIdleMs: number;
}

export interface Wires {
  readonly sse: SseWire;
  readonly mcp: McpEndpoint;
  /** Ends a session, whatever its wire. @throws HubError `session_unknown` */
  closeSession(sessionId: string, reason: string): Promise<void>;
  /** Ends all streams with a reason; the sessions stay in the log for their clients to come back to. */
  close(): void;
}

/** What is kept of each session's stream: enough for a busy agent that is away for a minute; the log has the rest. */
const replayLimits = { count: 256, bytes: 1024 * 1024, ageMs: 5 * 60_000 };

/** Bytes of all answers that are kept for clients that may come back, and of whole ones that wait on their connections. */
const KEPT_BYTES = 128 * 1024 * 1024;
const UNREAD_BYTES = 128 * 1024 * 1024;

/** The three wires on one catalogue. */
export function createWires(options: WiresOptions): Wires {
  const { deliveries, catalogue, keepAliveMs, sessionIdleMs, ...rest } = options;
  const { limits } = rest.hub;
  const edge: EdgeDeps = {
    ...rest,
    unreadAnswers: new UnreadAnswers({ keyBytes: limits['unread-bytes-per-key'], allBytes: UNREAD_BYTES }),
  };
  const { hub, recorder, logger } = edge;
  const broadcast = new Broadcast(hub, deliveries);
  const pulses = new TrafficPulses(hub);
  const keepAlive = new KeepAlive(hub, keepAliveMs);
  const answerRoom = new AnswerRoom({ keyBytes: limits['kept-bytes-per-key'], allBytes: KEPT_BYTES });
  const registry = new SessionRegistry({
    hub,
    broadcast,
    logger,
    idleMs: sessionIdleMs,
    share: {
      pulses,
      now: hub.now,
      elapsed: () => hub.timers.elapsed(),
      notifiedSeq: () => broadcast.notifiedSeq,
      mayRead: (keyId, workspace) => broadcast.mayNotify(keyId, workspace),
      replayLimits,
      answerRoom,
    },
  });
  const access = new SessionAccess({ hub, broadcast, registry });
  const methods = createMethods(catalogue);
  const dispatcher = new Dispatcher({
    hub,
    recorder,
    logger,
    broadcast,
    registry,
    catalogue,
    methods,
    inUse: edge.inUse,
  });
  const replayer = new Replayer(hub, broadcast);
  const sessions: SessionWireDeps = { ...edge, registry, dispatcher, replayer, keepAlive, answerRoom };

  return {
    sse: new SseWire({
      ...sessions,
      takeover: new SessionTakeover({ hub, registry, broadcast, logger }),
      sessionReturn: new SessionReturn({ hub, registry }),
    }),
    mcp: new McpEndpoint(
      edge,
      new StreamableWire(sessions),
      new StatelessWire({ ...edge, registry, broadcast, catalogue, methods, keepAlive }),
    ),
    async closeSession(sessionId, reason) {
      if (!hub.state.sessions.has(sessionId)) {
        throw new HubError('session_unknown', 'There is no such session (any more); it may have just ended.');
      }
      await registry.close(sessionId, reason, PERSON);
    },
    close() {
      access.close();
      keepAlive.close();
      registry.endAll('The hub is closing.');
      pulses.close();
      broadcast.close();
    },
  };
}
