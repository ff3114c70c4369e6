import { createBirpc } from 'birpc';
import { afterEach, expect, test, vi } from 'vitest';
import { portOpener } from '../../src/dashboard/channel/port-channel.ts';
import { HubClient } from '../../src/dashboard/hub-client.ts';
import { createDashboardStore } from '../../src/dashboard/store.ts';
import type { HubApi } from '../../src/protocol/api.ts';
import { desktopPortMessage, type DesktopBridge } from '../../src/protocol/desktop-bridge.ts';
import { takeSnapshot } from '../../src/protocol/snapshot.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { DesktopChannel, type DesktopPort } from '../../src/server/desk/channel/desktop-channel.ts';
import { Push } from '../../src/server/desk/channel/push.ts';
import { hubInfo } from '../support/hub-info.ts';

const hub = { ...hubInfo, localPaths: true };

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
  vi.useRealTimers();
});

/** A window and the app behind it, which gives each ask a port and ends the one before. */
function desktop() {
  const page = new EventTarget();
  const api: Partial<HubApi> = {
    open: async () => ({ hub, now: 5_000, kind: 'snapshot', state: takeSnapshot(emptyState()), recent: [] }),
  };
  let asks = 0;
  let served: MessagePort | undefined;
  /** What is about to arrive in the page. */
  const sent: MessagePort[] = [];
  const serve = (): void => {
    served?.close();
    const { port1, port2 } = new MessageChannel();
    served = port1;
    createBirpc(api, {
      post: (message: unknown) => port1.postMessage(JSON.stringify(message)),
      on: (listener: (message: unknown) => void) => {
        port1.addEventListener('message', ({ data }) => listener(data));
        port1.start();
      },
    });
    sent.push(port2);
  };
  const arrive = (): void => {
    for (const port of sent.splice(0)) {
      page.dispatchEvent(
        Object.assign(new Event('message'), { source: page, data: desktopPortMessage, ports: [port] }),
      );
    }
  };
  const bridge: DesktopBridge = {
    connect: () => {
      asks += 1;
      serve();
    },
    pathOf: () => '',
    onCommand: () => () => undefined,
    platform: 'linux',
  };
  ended.push(() => served?.close());
  return { page, bridge, arrive, asks: () => asks };
}

test('[UI37] a try at once while the first is under way is live without a third', async () => {
  const { page, bridge, arrive, asks } = desktop();
  const store = createDashboardStore({ screen: 'overview', params: {}, workspace: undefined });
  const waits: (() => void)[] = [];
  const client = new HubClient({
    connect: portOpener(bridge, page),
    store,
    frames: () => ({ request: () => undefined, close: () => undefined }),
    now: () => 0,
    random: () => 0,
    setTimeout: (run) => waits.push(run),
    clearTimeout: () => undefined,
  });
  ended.push(() => client.close());
  client.start();
  client.retryNow();
  arrive();
  await vi.waitFor(() => expect(store.getState().server.connection.status).toBe('live'));
  expect(asks()).toBe(2);
});

test('[UI37] a port that comes after its asker gave up is not the next one’s', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { page, bridge, arrive } = desktop();
  const open = portOpener(bridge, page);
  const first = expect(open()).rejects.toMatchObject({ code: 'hub_closed' });
  await vi.advanceTimersByTimeAsync(5_000);
  await first;
  const second = open();
  arrive();
  const channel = await second;
  ended.push(() => channel.close());
  const answer = new Promise((resolve) => channel.on(resolve));
  channel.post({ t: 'q', i: 'one', m: 'open', a: [] });
  expect(await answer).toMatchObject({ i: 'one' });
});

test('[EL22] a page that says what it takes of its port is sent all there is; one that stands still is cut off, and may come back', async () => {
  const { port1, port2 } = new MessageChannel();
  const asEmitter = (port: MessagePort): DesktopPort => ({
    postMessage: (message) => port.postMessage(message),
    on: (event: string, listener: (event: { data: unknown }) => void) =>
      port.addEventListener(event, (it) => listener(it as MessageEvent)),
    start: () => port.start(),
    close: () => port.close(),
  });
  const channel = new DesktopChannel(asEmitter(port1), 1_000_000);
  ended.push(() => channel.close());
  let reason: string | undefined;
  channel.onClose((why) => (reason = why));
  const page = new EventTarget();
  const open = portOpener(
    { connect: () => undefined, pathOf: () => '', onCommand: () => () => undefined, platform: 'linux' },
    page,
  );
  const opened = open();
  page.dispatchEvent(Object.assign(new Event('message'), { source: page, data: desktopPortMessage, ports: [port2] }));
  const reader = await opened;
  let read = 0;
  reader.on(() => (read += 1));
  const push = new Push('events', [['x'.repeat(100_000)]]);
  for (let sent = 1; sent <= 50; sent += 1) {
    channel.push(push);
    await vi.waitFor(() => expect(read).toBe(sent));
  }
  expect(reason).toBeUndefined();
  // Nothing comes back within a turn, as from a page that stands still.
  for (let sent = 0; sent < 12; sent += 1) channel.push(push);
  expect(reason).toBe('slow_reader');
});
