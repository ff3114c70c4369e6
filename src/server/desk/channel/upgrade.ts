import { LateLoad } from '../../late-load.ts';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Timers } from '../../../hub/timers.ts';
import { hubClosed } from '../../../hub/hub-errors.ts';
import { HubError } from '../../../protocol/errors.ts';
import { refuseSocket, socketRefusal } from '../../http/refusals.ts';
import type { HeaderSource, PersonAuth } from '../login/person.ts';
import { WebSocketChannel } from './web-socket-channel.ts';

/** The largest message that a dashboard may send; importing 10,000 paths at once fits. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface UpgradeOptions {
  readonly timers: Timers;
  readonly person: PersonAuth;
  /** The Host and Origin check, which comes before everything else. */
  readonly refuse: (request: IncomingMessage) => HubError | undefined;
  readonly onChannel: (channel: WebSocketChannel) => void;
  /** See {@link WebSocketChannel}. */
  readonly queueBytes?: number | undefined;
  readonly pingMs?: number | undefined;
}

/** Handles a server's `upgrade` event: `/api/ws` becomes a dashboard's channel, if the person is logged in. */
export function createUpgrade(options: UpgradeOptions): {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends the channels that a cookie opened, with `signed_out`. */
  signOut(): void;
  close(): void;
} {
  const byCookie = new Set<WebSocketChannel>();
  const sockets = new LateLoad(load);
  let isClosed = false;

  const open = (socket: WebSocket, request: IncomingMessage): void => {
    const channel = new WebSocketChannel(socket, {
      timers: options.timers,
      ...(options.queueBytes === undefined ? {} : { queueBytes: options.queueBytes }),
      ...(options.pingMs === undefined ? {} : { pingMs: options.pingMs }),
    });
    if (options.person.shownBy(headersOf(request)) === 'cookie') {
      byCookie.add(channel);
      channel.onClose(() => byCookie.delete(channel));
    }
    options.onChannel(channel);
  };

  const accept = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const server = await sockets.get();
    // The person may have signed out meanwhile, or the hub closed.
    const refusal = isClosed ? hubClosed() : notAPerson(request, options.person);
    if (refusal) refuseSocket(socket, socketRefusal(refusal));
    else server.handleUpgrade(request, socket, head, open);
  };

  return {
    handle(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const refusal = options.refuse(request) ?? notOurs(request) ?? notAPerson(request, options.person);
      if (refusal) refuseSocket(socket, socketRefusal(refusal));
      else accept(request, socket, head).catch(() => socket.destroy());
    },
    signOut() {
      for (const channel of byCookie) channel.close('signed_out');
    },
    close() {
      isClosed = true;
      void sockets.asked?.then(
        (server) => server.close(),
        () => undefined,
      );
    },
  };
}

/** Loads the library, with the first dashboard: a start need not wait for it. */
async function load(): Promise<WebSocketServer> {
  const { WebSocketServer: Sockets } = await import('ws');
  return new Sockets({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload: MOST_BYTES });
}

function notOurs(request: IncomingMessage): HubError | undefined {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/api/ws') return undefined;
  return new HubError('not_found', 'WebSockets are at /api/ws, for the dashboard; agents connect to /sse or /mcp.');
}

function notAPerson(request: IncomingMessage, person: PersonAuth): HubError | undefined {
  if (person.identify(headersOf(request))) return undefined;
  return new HubError(
    'unauthorized',
    'The dashboard needs its login: open the link that the hub printed, or send its admin token as a bearer.',
  );
}

function headersOf(request: IncomingMessage): HeaderSource {
  return { get: (name) => request.headers[name]?.toString() };
}
