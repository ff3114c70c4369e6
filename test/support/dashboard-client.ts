import { createBirpc, type BirpcReturn } from 'birpc';
import { WebSocket } from 'ws';
import type { Channel, DashboardApi, HubApi, HubPulse } from '../../src/protocol/api.ts';
import { wholeAnswer, type OpenAnswer } from '../../src/protocol/open-answer.ts';
import { fromWire } from '../../src/protocol/errors.ts';
import type { TailPush } from '../../src/protocol/calls/frames.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import type { Frame } from '../../src/protocol/frames.ts';
import type { WaitingLogin } from '../../src/protocol/agent-login.ts';
import { withRefused, type RefusedConnection } from '../../src/protocol/refused-connection.ts';
import type { Tick } from '../../src/protocol/ticks.ts';
import { MessageWaiter } from './message-waiter.ts';

/** A dashboard without a screen: its calls, and all that was pushed to it. */
export interface DashboardClient {
  readonly api: BirpcReturn<HubApi, DashboardApi>;
  readonly events: HubEvent[];
  readonly ticks: Tick[];
  readonly frames: Map<string, Frame[]>;
  readonly tail: TailPush[];
  readonly pulses: HubPulse[];
  /** As a page shows them. */
  readonly refused: readonly RefusedConnection[];
  readonly logins: readonly WaitingLogin[];
  /** How many messages brought the events. */
  readonly batches: number;
  /** Settles with the close's reason. */
  readonly closed: Promise<string>;
  /** Resolves when `test` holds, looked at after each push. */
  until(test: (client: DashboardClient) => boolean): Promise<void>;
  close(): void;
}

export function dashboardOn(channel: Channel): DashboardClient {
  const pushes = new MessageWaiter();
  const pushed: {
    batches: number;
    refused: readonly RefusedConnection[];
    logins: readonly WaitingLogin[];
  } = { batches: 0, refused: [], logins: [] };
  const dashboard: DashboardApi = {
    events: (events) => {
      pushed.batches += 1;
      client.events.push(...events);
      pushes.changed();
    },
    ticks: (ticks) => {
      client.ticks.push(...ticks);
      pushes.changed();
    },
    frames: ({ sessionId, frames }) => {
      client.frames.set(sessionId, [...(client.frames.get(sessionId) ?? []), ...frames]);
      pushes.changed();
    },
    tail: (push) => {
      client.tail.push(push);
      pushes.changed();
    },
    pulse: (pulse) => {
      client.pulses.push(pulse);
      pushes.changed();
    },
    refused: (news) => {
      pushed.refused = withRefused(pushed.refused, news);
      pushes.changed();
    },
    logins: ({ waiting }) => {
      pushed.logins = waiting;
      pushes.changed();
    },
  };
  const rpc = createBirpc<HubApi, DashboardApi>(dashboard, {
    timeout: -1,
    post: (message: unknown) => channel.post(message),
    on: (take: (message: unknown) => void) => {
      channel.on(take);
    },
    deserialize: (message: { t: string; e?: unknown }) =>
      message.t === 's' && message.e !== undefined ? { ...message, e: fromWire(message.e) } : message,
  });
  const closed = new Promise<string>((resolve) => {
    channel.onClose((reason) => {
      rpc.$close();
      resolve(reason);
    });
  });
  const open: HubApi['open'] = async (input) => {
    const answer = await wholeAnswer(await rpc.open(input), () => rpc.openMore());
    if (answer.kind === 'snapshot' && answer.events) client.events.push(...answer.events);
    return answer;
  };
  const api = new Proxy(rpc, {
    get: (target, name) => (name === 'open' ? open : (Reflect.get(target, name) as unknown)),
  });
  const client: DashboardClient = {
    api,
    events: [],
    ticks: [],
    frames: new Map(),
    tail: [],
    pulses: [],
    get refused() {
      return pushed.refused;
    },
    get logins() {
      return pushed.logins;
    },
    get batches() {
      return pushed.batches;
    },
    closed,
    async until(test) {
      const over = closed.then((reason) => {
        throw new Error(`The channel was closed: ${reason}`);
      });
      await Promise.race([pushes.until(() => test(client) || undefined), over]);
    },
    close: () => channel.close(),
  };
  return client;
}

/** Opens the WebSocket of a running hub as its dashboard does. Rejects when the upgrade is refused. */
export async function connectDashboard(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<DashboardClient & { readonly socket: WebSocket }> {
  const socket = new WebSocket(`${url.replace(/^http/u, 'ws')}/api/ws`, { headers, perMessageDeflate: false });
  const client = dashboardOn(channelOn(socket));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return Object.assign(client, { socket });
}

function channelOn(socket: WebSocket): Channel {
  return {
    post: (message) => socket.send(JSON.stringify(message)),
    on(listener) {
      const take = (data: Buffer): void => listener(JSON.parse(data.toString()));
      socket.on('message', take);
      return () => socket.off('message', take);
    },
    onClose(listener) {
      const closed = (code: number, reason: Buffer): void => listener(reason.toString() || String(code));
      socket.on('close', closed);
      return () => socket.off('close', closed);
    },
    close: () => socket.close(),
  };
}

/** The seq up to which an answer of `open` brings a replica. */
export function seqOf(answer: OpenAnswer, since = 0): number {
  return answer.kind === 'snapshot' ? answer.state.seq : (answer.events.at(-1)?.seq ?? since);
}
