import { createBirpc, type BirpcReturn } from 'birpc';
import { WebSocket } from 'ws';
import type { DashboardApi, HubApi } from '../protocol/api.ts';
import type { TailPush } from '../protocol/calls/frames.ts';
import type { HubEvent } from '../protocol/events.ts';
import { fromWire, HubError } from '../protocol/errors.ts';
import { noHub, type HubAddress } from './find-hub.ts';
import { CommandFailure, EXIT } from './host.ts';

/** A command's channel to a running hub: the dashboard's calls, with the admin token. */
export interface HubConnection {
  readonly api: BirpcReturn<HubApi, DashboardApi>;
  /** Calls `listener` with each batch of events once the api's `open` was called. */
  onEvents(listener: (events: readonly HubEvent[]) => void): void;
  /** Calls `listener` with recorded frames once the api's `tailFrames` was called. */
  onTail(listener: (push: TailPush) => void): void;
  /** Settles with the reason when the channel has ended. */
  readonly ended: Promise<string>;
  close(): void;
}

/** @throws CommandFailure: exit code 3 when nothing answers there, 1 when the token is not the hub's */
export async function connectHub({ url, adminToken }: HubAddress): Promise<HubConnection> {
  const socket = new WebSocket(`${url.replace(/^http/u, 'ws')}/api/ws`, {
    headers: { Authorization: `Bearer ${adminToken}` },
    perMessageDeflate: false,
    maxPayload: 256 * 1024 * 1024, // a snapshot, or 5,000 events, may be large
  });
  let listener: (events: readonly HubEvent[]) => void = () => undefined;
  let tailListener: (push: TailPush) => void = () => undefined;
  const ignore = (): void => undefined;

  const api = createBirpc<HubApi, DashboardApi>(
    {
      events: (events) => listener(events),
      ticks: ignore,
      frames: ignore,
      tail: (push) => tailListener(push),
      pulse: ignore,
      refused: ignore,
      logins: ignore,
    },
    {
      timeout: -1,
      post: (data: string) => socket.send(data),
      on: (take) => socket.on('message', (data: Buffer) => take(data.toString())),
      serialize: (message: unknown) => JSON.stringify(message),
      deserialize: (data: string) => {
        const message = JSON.parse(data) as { t: string; e?: unknown };
        return message.t === 's' && message.e !== undefined ? { ...message, e: fromWire(message.e) } : message;
      },
    },
  );

  const ended = new Promise<string>((resolve) => {
    socket.on('close', (code, reason) => {
      const why = reason.toString() || `closed_${code}`;
      api.$close(new HubError('hub_closed', `The hub at ${url} has closed the connection (${why}); try again.`));
      resolve(why);
    });
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', (error) => reject(refusal(url, error)));
  });
  return {
    api,
    ended,
    onEvents: (take) => {
      listener = take;
    },
    onTail: (take) => {
      tailListener = take;
    },
    close: () => socket.close(),
  };
}

/** Runs `use` on a connection that is closed afterwards. */
export async function withHub<R>(address: HubAddress, use: (hub: HubConnection) => Promise<R>): Promise<R> {
  const hub = await connectHub(address);
  try {
    return await use(hub);
  } finally {
    hub.close();
  }
}

function refusal(url: string, error: Error): CommandFailure {
  const status = /^Unexpected server response: (\d+)$/u.exec(error.message)?.[1];
  if (status === undefined) return noHub(`No hub answers at ${url} (${error.message}); is it running?`);
  if (status === '401') {
    const message = `The admin token is not that of the hub at ${url}; each launch has its own.`;
    return new CommandFailure(new HubError('unauthorized', message), EXIT.failed);
  }
  const message = `${url} does not let this in (HTTP ${status}); use the address that the hub printed when it started.`;
  return new CommandFailure(new HubError('forbidden', message), EXIT.failed);
}
