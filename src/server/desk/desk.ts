import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import type { Channel } from '../../protocol/api.ts';
import { clientCalls } from '../../protocol/calls/clients.ts';
import { transferCalls } from '../../protocol/calls/transfers.ts';
import { linkCalls } from '../../protocol/calls/links.ts';
import { keyCalls } from '../../protocol/calls/keys.ts';
import { limitCalls } from '../../protocol/calls/limits.ts';
import { knowledgeCalls } from '../../protocol/calls/knowledge.ts';
import { pastCalls } from '../../protocol/calls/past.ts';
import type { HubInfo } from '../../protocol/open-answer.ts';
import type { HubError } from '../../protocol/errors.ts';
import { CHANNEL_VERSION, PRODUCT_VERSION } from '../../protocol/version.ts';
import { answerAuditCalls } from './calls/audit.ts';
import { answerFileCalls } from './calls/files.ts';
import { answerFrameCalls } from './calls/frames.ts';
import { answerJobCalls } from './calls/jobs.ts';
import { answerLockCalls } from './calls/locks.ts';
import { answerLoginCalls } from './calls/logins.ts';
import { answerRecorderCalls } from './calls/recorder.ts';
import { answerSampleAgentCalls } from './calls/sample-agents.ts';
import { answerSessionCalls } from './calls/sessions.ts';
import { answerWorkspaceCalls } from './calls/workspaces.ts';
import { DeskSession, type SharedCalls } from './desk-session.ts';
import type { CallDeps } from './deps.ts';
import { EventFeed } from './feeds/event-feed.ts';
import type { LoginBoard } from '../logins/login-board.ts';
import { FrameFeed } from './feeds/frame-feed.ts';
import { toFrame } from '../../protocol/session-frame.ts';
import { noLocalCalls } from './local-uploads.ts';
import type { PersonAuth } from './login/person.ts';
import { Pulse } from './feeds/pulse.ts';
import { LoginFeed } from './feeds/login-feed.ts';
import { RefusedFeed } from './feeds/refused-feed.ts';
import type { RefusedConnections } from '../http/refused-connections.ts';
import { SampleAgents, type SampleAgentLauncher } from './sample-agents-run.ts';
import { createUpgrade } from './channel/upgrade.ts';

export interface DeskOptions extends Omit<CallDeps, 'sampleAgents'> {
  readonly person: PersonAuth;
  /** Whether the channels of {@link Desk.serve} may name files by their paths on this machine; others never may. */
  readonly importPaths: boolean;
  /** The Host and Origin check, for the upgrade to a WebSocket. */
  readonly refuse: (request: IncomingMessage) => HubError | undefined;
  readonly refused: RefusedConnections;
  readonly loginBoard: LoginBoard;
  /** Whether only programs of this machine reach the hub. */
  readonly onlyLocal: boolean;
  readonly launchSampleAgents?: SampleAgentLauncher | undefined;
  readonly logger: Pick<Logger, 'warn' | 'error'>;
  /** Unsent bytes past which a dashboard is cut off. Default 8 MiB. */
  readonly queueBytes?: number | undefined;
  /** Between two pings to a dashboard. Default 15 s. */
  readonly pingMs?: number | undefined;
}

/** The edge for people: a channel for each open dashboard. Its page and its login are in desk-routes.ts. */
export interface Desk {
  /** For the server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Serves one dashboard over a channel whose other end is trusted; returns what ends it. */
  serve(channel: Channel): () => void;
  /** Ends the channels that a cookie opened. */
  signOut(): void;
  /** Cuts all dashboards off with `hub_closed` and stops the sample agents. */
  close(): Promise<void>;
}

/** Puts the edge for people together. It listens to the hub at once, and until {@link Desk.close}. */
export function createDesk(options: DeskOptions): Desk {
  const { hub, recorder, logger, launchSampleAgents: launch } = options;
  const sampleAgents = launch && new SampleAgents({ hub, launch, url: options.url, logger });
  const calls = sharedCalls({ ...options, sampleAgents });
  const events = new EventFeed(hub);
  const frameFeed = new FrameFeed(recorder, toFrame);
  const pulse = new Pulse(hub, recorder, events);
  const refusedFeed = new RefusedFeed(options.refused, hub.timers, events);
  const loginFeed = new LoginFeed(options.loginBoard, hub.timers, events);
  const sessions = new Set<DeskSession>();

  const callsInBrowser: SharedCalls = {
    ...calls,
    ...noLocalCalls,
    // A browser may be on any machine, unless only programs of this one reach the hub.
    ...(options.onlyLocal
      ? {}
      : late(clientCalls, async () =>
          (await import('./calls/clients.ts')).clientsElsewhere(() => options.publicUrl ?? options.url()),
        )),
  };

  const info = (localPaths: boolean): HubInfo => ({
    protocolVersion: CHANNEL_VERSION,
    productVersion: PRODUCT_VERSION,
    launchId: hub.launchId,
    logId: hub.logId,
    startedAt: hub.startedAt,
    url: options.publicUrl ?? options.url(),
    onlyLocal: options.onlyLocal,
    dataDir: hub.dataDir,
    node: process.version,
    sampleAgents: sampleAgents !== undefined,
    localPaths,
  });

  const serve = (channel: Channel, localPaths: boolean): (() => void) => {
    const session = new DeskSession(
      channel,
      {
        hub,
        calls: localPaths ? calls : callsInBrowser,
        events,
        frames: frameFeed,
        recorder,
        pulse,
        refused: refusedFeed,
        logins: loginFeed,
        info: () => info(localPaths),
        onBug: (error, call) => logger.error({ err: error, call }, 'a call of the dashboard failed'),
      },
      (ended) => sessions.delete(ended),
    );
    sessions.add(session);
    return () => {
      session.end('hub_closed');
      sessions.delete(session);
    };
  };

  const upgrade = createUpgrade({
    timers: hub.timers,
    person: options.person,
    refuse: options.refuse,
    onChannel: (channel) => serve(channel, false),
    queueBytes: options.queueBytes,
    pingMs: options.pingMs,
  });

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    pulse.close();
    refusedFeed.close();
    loginFeed.close();
    for (const session of sessions) session.end('hub_closed');
    sessions.clear();
    events.close();
    upgrade.close();
    await sampleAgents?.stop();
  };

  return {
    upgrade: (request, socket, head) => upgrade.handle(request, socket, head),
    serve: (channel) => serve(channel, options.importPaths),
    signOut: () => upgrade.signOut(),
    close: () => (closing ??= close()),
  };
}

function sharedCalls(deps: CallDeps): SharedCalls {
  return refusedWhenOnDisk(deps.hub, {
    ...answerAuditCalls(deps),
    ...late(pastCalls, async () => (await import('./calls/past.ts')).answerPastCalls(deps)),
    ...answerSessionCalls(deps),
    ...answerFrameCalls(deps),
    ...answerRecorderCalls(deps),
    ...answerFileCalls(deps),
    ...answerLockCalls(deps),
    ...late(linkCalls, async () => (await import('./calls/links.ts')).answerLinkCalls(deps)),
    ...answerJobCalls(deps),
    ...late(knowledgeCalls, async () => (await import('./calls/knowledge.ts')).answerKnowledgeCalls(deps)),
    ...late(keyCalls, async () => (await import('./calls/keys.ts')).answerKeyCalls(deps)),
    ...answerLoginCalls(deps),
    ...late(clientCalls, async () => (await import('./calls/clients.ts')).answerClientCalls(deps)),
    ...late(limitCalls, async () => (await import('./calls/limits.ts')).answerLimitCalls(deps)),
    ...answerWorkspaceCalls(deps),
    ...late(transferCalls, async () => (await import('./calls/transfers.ts')).answerTransferCalls(deps)),
    ...answerSampleAgentCalls(deps),
  });
}

/** Calls whose code is loaded with the first of them: a start does without it. */
function late<K extends keyof SharedCalls>(
  calls: Readonly<Record<K, unknown>>,
  load: () => Promise<Pick<SharedCalls, K>>,
): Pick<SharedCalls, K> {
  let loaded: Promise<Pick<SharedCalls, K>> | undefined;
  const names = Object.keys(calls) as K[];
  const answers = names.map((name) => {
    const call = async (input: never): Promise<unknown> => (await (loaded ??= load()))[name](input);
    return [name, call] as const;
  });
  return Object.fromEntries(answers) as Pick<SharedCalls, K>; // one of each name
}

/** The same calls, but a refusal waits until all that it may tell of is on disk. */
function refusedWhenOnDisk(hub: Hub, calls: SharedCalls): SharedCalls {
  const late: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  for (const [name, call] of Object.entries(calls)) {
    const ask = call as (...args: unknown[]) => Promise<unknown>; // its arguments are checked before it is called
    late[name] = (...args) => ask(...args).catch((error: unknown) => hub.refuse(error));
  }
  return late as unknown as SharedCalls; // the same names
}
