import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import type { FrameRing } from '../frames/frame-ring.ts';
import type { Receipts } from '../frames/deliveries.ts';
import { HubError } from '../../protocol/errors.ts';
import { Broadcast } from './sessions/broadcast.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { Dispatcher } from './requests/dispatcher.ts';
import { McpEndpoint } from './endpoint.ts';
import { watchExpiredKeys } from './sessions/expired-keys.ts';
import { KeepAlive } from './stream/keep-alive.ts';
import { createMethods } from './catalogue/methods.ts';
import { StatelessWire } from './wires/stateless/stateless.ts';
import { Replayer } from './sessions/replayer.ts';
import { AnswerRoom } from './replay/saved-answers.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { SessionTakeover } from './wires/sse/session-takeover.ts';
import { SessionReturn } from './wires/sse/session-return.ts';
import { SseWire } from './wires/sse/sse.ts';
import { StreamableWire } from './wires/streamable/streamable.ts';
import { TrafficPulses } from './sessions/traffic-pulses.ts';

export interface WiresOptions {
  readonly hub: Hub;
  readonly frames: FrameRing;
  readonly receipts: Receipts;
  readonly catalogue: Catalogue;
  readonly logger: Logger;
  readonly keepAliveMs: number;
  readonly sessionIdleMs: number;
  readonly streamQueueBytes: number;
  readonly bodyCapBytes: number;
  readonly bodyTimeoutMs: number;
}

export interface Wires {
  readonly sse: SseWire;
  readonly mcp: McpEndpoint;
  /** Ends a session, whatever its wire. @throws HubError `session_unknown` */
  closeSession(sessionId: string, reason: string): Promise<void>;
  /** Ends all streams with a reason; the sessions stay in the log for their clients to come back to. */
  close(): void;
}

/** What a session keeps for its return: enough for a minute's outage of a busy agent; the log has the rest. */
const replayLimits = { count: 256, bytes: 1024 * 1024, ageMs: 5 * 60_000 };

/** For all answers together that were made while their clients were away; the largest has some 6 MiB. */
const ANSWER_ROOM_BYTES = 64 * 1024 * 1024;

/** The three wires on one catalogue. */
export function createWires(options: WiresOptions): Wires {
  const { hub, frames, catalogue, logger } = options;
  const broadcast = new Broadcast(hub, options.receipts);
  const pulses = new TrafficPulses(hub);
  const keepAlive = new KeepAlive(hub, options.keepAliveMs);
  const registry = new SessionRegistry({
    hub,
    broadcast,
    logger,
    idleMs: options.sessionIdleMs,
    share: {
      frames,
      pulses,
      now: hub.now,
      notifiedSeq: () => broadcast.notifiedSeq,
      mayRead: (keyId, id) => broadcast.mayNotify(keyId, id),
      replayLimits,
      answerRoom: new AnswerRoom(ANSWER_ROOM_BYTES),
    },
  });
  const stopWatching = watchExpiredKeys(hub, registry, (sessionId) =>
    registry.closeSoon(sessionId, 'Its key has expired.', 'key_expired'),
  );
  const methods = createMethods(catalogue);
  const dispatcher = new Dispatcher({
    hub,
    frames,
    catalogue,
    methods,
    broadcast,
    logger,
    registry,
  });
  const { bodyCapBytes, bodyTimeoutMs, streamQueueBytes } = options;
  const edge = { hub, frames, logger, bodyCapBytes, bodyTimeoutMs, streamQueueBytes };
  const sessions = { ...edge, registry, dispatcher, replayer: new Replayer(hub, broadcast, frames), keepAlive };
  const stateless = new StatelessWire({ ...edge, registry, broadcast, catalogue, methods, keepAlive });

  return {
    sse: new SseWire({
      ...sessions,
      takeover: new SessionTakeover({ hub, registry, broadcast, logger }),
      sessionReturn: new SessionReturn({ hub, registry, frames }),
    }),
    mcp: new McpEndpoint(edge, new StreamableWire(sessions), stateless),
    async closeSession(sessionId, reason) {
      if (!hub.state.sessions.has(sessionId)) {
        throw new HubError('session_unknown', 'There is no such session (any more); it may have just ended.');
      }
      await registry.close(sessionId, reason, { actor: { kind: 'human' } });
    },
    close() {
      stopWatching();
      keepAlive.close();
      registry.endAll('The hub is closing.');
      pulses.close();
      broadcast.close();
    },
  };
}
