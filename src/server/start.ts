import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Hub } from '../hub/hub.ts';
import { ProcessRunner } from '../hub/jobs/process-runner.ts';
import { logFile } from '../hub/log/schema.ts';
import type { Logger } from '../hub/logger.ts';
import { createApp } from './app.ts';
import { ConnectSecret } from './desk/connect-secret.ts';
import { createLoginSecret } from './desk/login/login-secret.ts';
import { createPersonAuth } from './desk/login/person.ts';
import type { HubServer, HubServerOptions } from './hub-server.ts';
import { openServices } from './services.ts';
import { LateLoad } from './late-load.ts';
import { LoginBoard } from './logins/login-board.ts';
import type { AgentLogins } from './oauth/agent-logins.ts';
import { usualDataDir } from './usual-data-dir.ts';
import { Recorder } from '../recorder/recorder.ts';
import { keepRecorderTidy } from './taps/recorder-upkeep.ts';
import { Deliveries } from './taps/deliveries.ts';
import { createGuard, type Guard } from './http/guard.ts';
import { allowedNames, isForwardedTls, isSecureName } from './http/public-address.ts';
import { RefusedConnections } from './http/refused-connections.ts';
import { logRefusals } from './http/refused-log.ts';
import { listen, probe, type BoundServer } from './http/listen.ts';
import { peerLimits } from './http/peers.ts';
import { isOnlyLocal, rateLimitFor } from './http/rate-limit.ts';
import { readAddress } from './http/read-address.ts';
import { urlHost } from './http/url-host.ts';
import { TlsRenewal } from './http/tls-renewal.ts';
import { asPerson, createIdentify } from './identify.ts';
import { Closers } from './closers.ts';
import type { Routes } from './routes.ts';

const quiet: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Brings Signalbox up: the one place where its parts are put together.
 *
 * @throws HubError `port_in_use`, `address_unavailable`, `data_dir_held`, `data_dir_unwritable`,
 * `log_corrupt`, `log_newer`, `invalid_argument` for limits or a public URL that are none
 */
export async function startHub(options: HubServerOptions = {}): Promise<HubServer> {
  const { host = '127.0.0.1', port: wanted = 7337, logger = quiet } = options;
  const { publicUrl, tls, readOwnTls } = readAddress(options, host);
  const dataDir = options.dataDir ?? usualDataDir(process.env);
  // The first launch makes a key that is shown once: it must not make one and then end for its address.
  if (!existsSync(logFile(dataDir))) await probe(host, wanted);
  const opening = Hub.open({
    dataDir,
    logger,
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.timers === undefined ? {} : { timers: options.timers }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.firstKeyTools === undefined ? {} : { firstKeyTools: options.firstKeyTools }),
    ...(options.startWriter === undefined ? {} : { startWriter: options.startWriter }),
  });
  // Loaded meanwhile: the log is opened by a thread, which the disk keeps waiting.
  const loadingEdges = import('./edges.ts');
  loadingEdges.catch(() => undefined); // awaited below, once there is a hub to close
  const hub = await opening;
  const closers = new Closers();
  closers.add(() => hub.close());
  try {
    const { createEdges } = await loadingEdges;
    const bound: { server?: BoundServer } = {};
    const port = (): number => bound.server?.address.port ?? wanted;
    const url = (): string => `${tls ? 'https' : 'http'}://${urlHost(host)}:${port()}`;
    // Clients check the name of a certificate: they are given the one that it has.
    const given = (): string => publicUrl ?? url();
    const adminToken = randomBytes(32).toString('base64url');
    const firstKey = hub.firstKey?.secret;

    // Services, agents (Broadcast, in createWires) and dashboards (EventFeed) listen to the hub, which calls them
    // in the order in which they are made here. None needs that order: before the first is called, the whole
    // batch is applied to the state that they look at; what they commit themselves is a later batch.
    const services = await openServices(hub, {
      runner: new ProcessRunner({ start: options.startJobProcess }),
      readers: new ProcessRunner({ start: options.startJobProcess }),
    });
    const { files, uploads, jobs, links, locks, knowledge, retention } = services;
    for (const service of [locks, files, jobs, retention, links, knowledge]) closers.add(() => service.close());

    const recorder = new Recorder({
      folder: path.join(dataDir, 'frames'),
      launchId: hub.launchId,
      now: hub.now,
      timers: hub.timers,
      logger,
    });
    // After the server: what ends with it is recorded.
    closers.add(() => recorder.close());
    // Streams end before their server waits for them: what comes next is closed before this.
    closers.add(() => bound.server?.close());
    // What is still arriving is broken off, to be resumed after the next start.
    closers.add(() => uploads.close());
    const deliveries = new Deliveries({ since: hub.state.seq });
    const refused = new RefusedConnections(hub);
    closers.add(logRefusals(hub, refused, logger));
    const requestTimeoutMs = options.requestTimeoutMs ?? 30_000;
    const { allowedHosts = [] } = options;
    const onlyLocal = isOnlyLocal({ host, publicOrigin: publicUrl, allowedHosts });
    const rateLimit = rateLimitFor(onlyLocal, options.requestsPerSecond, hub.timers.elapsed);
    let guard: Guard | undefined;
    const guarded = (): Guard =>
      (guard ??= createGuard({
        host,
        port: port(),
        allowedHosts: allowedNames(allowedHosts, publicUrl),
        isSecure: tls !== undefined,
        publicOrigin: publicUrl,
      }));
    const person = createPersonAuth({
      token: adminToken,
      secret: createLoginSecret(hub.dataDir, logger),
      port,
      now: hub.now,
      isSecure: (headers) =>
        tls !== undefined ||
        isSecureName(headers.get('host'), publicUrl) ||
        isForwardedTls(headers.get('host'), headers.get('x-forwarded-proto'), guarded()),
    });
    const connectSecret = new ConnectSecret(hub.dataDir, logger);
    const loginBoard = new LoginBoard();
    const agentLogins = new LateLoad<AgentLogins>(async () => {
      const { openAgentLogins } = await import('./oauth/agent-logins.ts');
      return openAgentLogins({ hub, board: loginBoard, person, refused, logger });
    });
    closers.add(async () => (await agentLogins.asked?.catch(() => undefined))?.logins.close());
    const { wires, desk, requireTool, newsFor } = createEdges({
      services,
      url: tls ? given : url,
      shared: { recorder, deliveries, logger },
      offered: options.offered,
      wires: {
        keepAliveMs: options.keepAliveMs ?? 10_000,
        sessionIdleMs: options.sessionIdleMs ?? 30 * 60_000,
        streamQueueBytes: options.streamQueueBytes ?? 4 * 1024 * 1024,
        bodyCapBytes: options.bodyCapBytes ?? 4 * 1024 * 1024,
        bodyTimeoutMs: requestTimeoutMs,
        rateLimit,
        refused,
      },
      desk: {
        publicUrl,
        connectSecret,
        importPaths: options.importPaths ?? false,
        person,
        refuse: (request) => {
          const refusal = guarded().check(request.headers);
          if (refusal) refused.note(request, refusal);
          return refusal;
        },
        refused,
        loginBoard,
        logins: async () => (await agentLogins.get()).logins,
        onlyLocal,
        isUsualDataDir: hub.dataDir === usualDataDir({}),
        clientsOf: options.clientsOf,
        launchSampleAgents: options.sampleAgents,
      },
    });
    closers.add(
      () => wires.close(),
      () => desk.close(),
    );

    const identify = createIdentify({ hub, person, rateLimit, refused });
    const routes = new LateLoad<Routes>(async () => {
      const { createRoutes } = await import('./routes.ts');
      return createRoutes({
        hub,
        files,
        uploads,
        links,
        identify,
        requireTool,
        person,
        connectSecret,
        newsFor,
        signOut: () => desk.signOut(),
        dashboardDir: options.dashboardDir,
      });
    });
    closers.add(async () => void (await Promise.allSettled([routes.asked])));
    const app = createApp({
      hub,
      logger,
      guard: guarded,
      recorder,
      refused,
      publicOrigin: publicUrl,
      sse: wires.sse,
      mcp: wires.mcp,
      login: async (exchange) => (await agentLogins.get()).endpoints.handle(exchange),
      rest: async (request, response) => (await routes.get()).answer(request, response),
      tls: tls && { pem: tls, createServer: (await import('node:https')).createServer },
      behindProxy: options.behindProxy ?? false,
      headTimeoutMs: requestTimeoutMs,
      peerLimits: { ...peerLimits, ...options.peerLimits },
    });
    app.on('upgrade', (request, socket, head) => desk.upgrade(request, socket, head));
    const pem = [options.tlsCert ?? '', options.tlsKey ?? ''];
    const renewal = tls && TlsRenewal.of(app, { files: pem, now: tls, read: readOwnTls, timers: hub.timers, logger });
    closers.add(() => renewal?.close());
    bound.server = await listen(app, host, wanted);
    hub.announce({ url: tls ? given() : url(), adminToken });

    // Its thread loads while the hub has been found: what passed until then is handed to it.
    recorder.open();
    closers.add(keepRecorderTidy(hub, recorder, logger));
    let closing: Promise<void> | undefined;
    // The person's browser asks next. A failure is answered, and logged, when somebody asks.
    setImmediate(() => {
      if (closing) return;
      routes.get().catch(() => undefined);
      knowledge.start();
      if (!existsSync(path.join(hub.dataDir, 'connect', 'connect.mjs'))) return;
      const copy = import('./desk/connect-copy.ts').then((late) => late.refreshConnectCopy(hub.dataDir, logger));
      closers.add(() => copy);
    });
    return {
      url: url(),
      sse: `${given()}/sse`,
      mcp: `${given()}/mcp`,
      dashboardUrl: `${given()}/#token=${adminToken}`,
      adminToken,
      ...(firstKey === undefined ? {} : { firstKey }),
      ...services,
      recorder,
      deliveries,
      api: (channel) => desk.serve(channel),
      renewCertificate: () => renewal?.renew(),
      fetch: async (request) => (await routes.get()).fetch(asPerson(request, adminToken)),
      close: () => (closing ??= closers.close()),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
