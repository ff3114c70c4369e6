import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Hub } from '../hub/hub.ts';
import type { Logger } from '../hub/logger.ts';
import { HubError } from '../protocol/errors.ts';
import { answerCrossOrigin } from './http/cross-origin.ts';
import { ExchangeTap, type TapRecorder } from './taps/exchange-tap.ts';
import type { Guard } from './http/guard.ts';
import { isLoginPath, LOGIN_MCP, loginAddresses } from './http/login-paths.ts';
import { answerOauthProbe, isOauthProbe } from './http/oauth-probes.ts';
import { addressFor } from './http/public-address.ts';
import { errorBody, sendJson, statusOf } from './http/http-errors.ts';
import type { RefusedConnections } from './http/refused-connections.ts';
import { refuseSocket, socketRefusal } from './http/refusals.ts';
import { recordUnreadable } from './taps/unreadable.ts';
import type { Exchange } from './mcp/requests/edge.ts';
import { nothingAt } from './http/nothing-at.ts';
import { EndedSecrets } from './http/ended-secrets.ts';
import { Peers, type PeerLimits } from './http/peers.ts';
import { limitPipelining } from './http/pipelining.ts';
import { ReadTurns } from './http/read-turns.ts';
import { RequestTurns } from './http/request-turns.ts';
import { answersToBodies, type Tapped } from './http/unread-bodies.ts';
import { believeForwarded } from './http/client-address.ts';
import { TLS_OPTIONS, type Tls } from './http/tls.ts';

export interface AppDeps {
  readonly hub: Hub;
  readonly logger: Logger;
  /** Known once the port is. */
  readonly guard: () => Guard;
  /** Where agents reach the hub, if the person said so. */
  readonly publicOrigin: string | undefined;
  readonly sse: { stream(exchange: Exchange): Promise<void>; message(exchange: Exchange): Promise<void> };
  readonly mcp: { handle(exchange: Exchange): Promise<void> };
  /** What a client needs to log in. */
  readonly login: (exchange: Exchange) => Promise<void>;
  readonly refused: RefusedConnections;
  readonly recorder: TapRecorder;
  /** How long the head of a request may take to arrive, in ms. */
  readonly headTimeoutMs: number;
  /** With it the server speaks TLS, and nothing else; made by the module of that, which few starts need. */
  readonly tls: { readonly pem: Tls; readonly createServer: typeof createTlsServer } | undefined;
  /** Whether a proxy stands in front, which says where requests come from. */
  readonly behindProxy: boolean;
  /** How long peers may stand still. */
  readonly peerLimits: PeerLimits;
  /** Everything that is not MCP: uploads, downloads, the dashboard. */
  readonly rest: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Besides the wires': a client that posts elsewhere was given a wrong address. */
const FOR_POSTS = /^\/(?:api|uploads|files)(?:\/|$)/u;

type Handler = (exchange: Exchange) => Promise<void>;

const serverOptions = {
  // Uploads and streams may last; the head of a request, and the body of a message (see body.ts), may not. Peers
  // that stand still are ended all the same (see peers.ts).
  requestTimeout: 0,
  connectionsCheckingInterval: 1_000,
  noDelay: true,
  requireHostHeader: false, // the guard does, and says so
  // Java's and .NET's HTTP clients offer HTTP/2 with each plain request: an offer may be passed over (RFC 9110,
  // section 7.8), and what they ask for is answered in HTTP/1.1.
  shouldUpgradeCallback: (request: IncomingMessage) => request.headers.upgrade?.toLowerCase() === 'websocket',
};

/**
 * The HTTP server. The wires' addresses are served without a framework in between, as they carry each
 * message of each agent; everything else goes through Hono. Host and Origin are checked first, on all.
 */
export function createApp(deps: AppDeps): Server {
  const { hub, logger, guard, rest } = deps;
  const raw: Readonly<Record<string, Handler>> = {
    '/sse': (exchange) => deps.sse.stream(exchange),
    '/messages': (exchange) => deps.sse.message(exchange),
    '/sse/': (exchange) => deps.sse.stream(exchange),
    '/mcp': (exchange) => deps.mcp.handle(exchange),
    '/mcp/': (exchange) => deps.mcp.handle(exchange),
    [LOGIN_MCP]: (exchange) => deps.mcp.handle(exchange),
    [`${LOGIN_MCP}/`]: (exchange) => deps.mcp.handle(exchange),
    '/health': (exchange) => Promise.resolve(health(hub, exchange)),
  };

  const mayServe = limitPipelining();
  const peers = new Peers(hub.timers, deps.peerLimits);
  const reading = new ReadTurns();
  const turns = new RequestTurns();

  const options = {
    ...serverOptions,
    headersTimeout: deps.headTimeoutMs,
    keepAliveTimeout: deps.peerLimits.restMs,
    ServerResponse: answersToBodies((request, response) => peers.limitRest(request, response)),
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse & Partial<Tapped>): void => {
    const { socket } = request;
    // Behind the last answer of a connection nothing is served, nor is what else came with a request that ended it.
    if (socket.writableEnded || socket.destroyed) {
      socket.destroy();
      return;
    }
    reading.arrived(socket);
    const arrivedAt = hub.timers.elapsed();
    const tap = new ExchangeTap(deps.recorder, request, response, hub.timers.elapsed);
    response.tap = tap;
    const isTaken = turns.run(socket, () => {
      if (mayServe(socket, response)) serve(request, response, arrivedAt, tap);
      else socket.destroy();
    });
    if (!isTaken) socket.destroy();
  };
  const server = deps.tls
    ? deps.tls.createServer(
        { ...options, ...deps.tls.pem, ...TLS_OPTIONS, handshakeTimeout: deps.headTimeoutMs },
        onRequest,
      )
    : createServer(options, onRequest);
  const serve = (request: IncomingMessage, response: ServerResponse, arrivedAt: number, tap: ExchangeTap): void => {
    const refusal = guard().check(request.headers);
    if (refusal) {
      tap.code = refusal.code;
      deps.refused.note(request, refusal, { frameId: tap.id });
      refuse(response, refusal);
      return;
    }
    const target = request.url ?? '/';
    if (!target.startsWith('/')) {
      refuse(response, new HubError('bad_request', 'The address of the request is malformed.'));
      return;
    }
    const mark = target.indexOf('?');
    const path = mark === -1 ? target : target.slice(0, mark);
    if (answerCrossOrigin(request, response, path)) return;
    const looksForOauth = path.startsWith('/.well-known/') || isOauthProbe(path);
    if (looksForOauth) deps.refused.followed(request, tap.id);
    const handler = raw[path] ?? (isLoginPath(path) ? deps.login : undefined);
    if (handler) {
      const address = addressFor(request, { origin: deps.publicOrigin, guard });
      const exchange: Exchange = {
        request,
        response,
        path,
        query: mark === -1 ? '' : target.slice(mark + 1),
        arrivedAt,
        tap,
        address,
        ...(path.startsWith(LOGIN_MCP) ? { loginAt: loginAddresses(address)?.resourceMetadata } : {}),
      };
      handler(exchange).catch((error: unknown) => failed(logger, exchange, error));
    } else if (path.startsWith('/.well-known/')) {
      // Clients look here for an OAuth server. There is none, and a 401 would make them insist.
      refuse(
        response,
        new HubError('not_found', 'Nothing is published here: keys come from the person at the desk, not from OAuth.'),
      );
    } else if (!answerOauthProbe(response, path)) {
      const { method = 'GET' } = request;
      if ((method === 'POST' || wantsStream(request)) && !FOR_POSTS.test(path)) {
        const lost = nothingAt(method, path);
        tap.code = lost.code;
        deps.refused.note(request, lost, { frameId: tap.id });
        refuse(response, lost);
        return;
      }
      tap.keepsBodies = false;
      // Nobody has said yet who they are, and a login is short. Uploads may last, but not be silent for long.
      if (path.startsWith('/api/')) peers.limitApiBody(request);
      else peers.limitSilence(request);
      rest(request, response).catch((error: unknown) => failed(logger, { response, path }, error));
    }
  };
  // Of a connection with TLS, what is read and written is the socket within it.
  server.on(deps.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
    if (deps.behindProxy) believeForwarded(socket);
    peers.watch(socket);
    reading.watch(socket);
  });
  server.on('timeout', (socket: Socket) => peers.endUnlessRead(socket));
  let endedSecrets: EndedSecrets | undefined;
  server.on('listening', () => {
    peers.start();
    endedSecrets = new EndedSecrets(hub, peers.open);
  });
  server.on('close', () => {
    peers.close();
    endedSecrets?.close();
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const [status, refusal] = unreadable(error.code);
    const answer = socketRefusal(refusal, status);
    recordUnreadable(deps.recorder, error, { ...answer, code: refusal.code });
    refuseSocket(socket, answer);
  });
  return server;
}

/** Whether a client looks for a stream where none is: what a person's browser asks for takes anything. */
function wantsStream({ headers }: IncomingMessage): boolean {
  return /^\s*text\/event-stream\b/iu.test(headers.accept ?? '');
}

/** Why what came could not be read, and the status that says so. */
function unreadable(code: string | undefined): [status: number, refusal: HubError] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, new HubError('bad_request', 'The headers are too long.')];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, new HubError('timeout', 'The head of the request did not arrive in time; send it whole.')];
    default:
      return [400, new HubError('bad_request', 'This is not HTTP/1.1.')];
  }
}

function health(hub: Hub, { request, response }: Exchange): void {
  const failed = hub.storage.status !== 'ok';
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendJson(response, 405, errorBody(new HubError('bad_request', 'GET /health.')), { Allow: 'GET, HEAD' });
  }
  sendJson(response, failed ? 503 : 200, JSON.stringify({ status: failed ? 'storage_failed' : 'ok' }));
}

function refuse(response: ServerResponse, error: HubError): void {
  sendJson(response, statusOf(error.code), errorBody(error));
}

function failed(logger: Logger, { response, path }: Pick<Exchange, 'response' | 'path'>, error: unknown): void {
  if (error instanceof HubError && !response.headersSent) return refuse(response, error);
  if (response.destroyed) return; // it left in the middle; there is nobody to answer
  logger.error({ err: error, path }, 'a request failed');
  if (response.headersSent) response.destroy();
  else refuse(response, new HubError('internal', 'Something went wrong in the hub; its log says what.'));
}
