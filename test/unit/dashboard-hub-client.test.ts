import { expect, test } from 'vitest';
import type { DashboardStore } from '../../src/dashboard/store.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { Frame } from '../../src/protocol/frames.ts';
import { CHANNEL_VERSION } from '../../src/protocol/version.ts';
import { hubInfo } from '../support/hub-info.ts';
import { rig } from '../support/hub-client-rig.ts';

const keysOf = (store: DashboardStore): string[] => [...store.getState().server.keys.keys()];

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `key_${at + 1}`);

test('[UI1] the replica equals the hub after a snapshot and the pushes that follow', async () => {
  const { fake, store, client, settle, frame } = rig();
  fake.happenUnseen(3);
  client.start();
  await settle();
  expect(keysOf(store)).toEqual(numbered(3));
  fake.happen(2);
  await settle();
  frame();
  expect(keysOf(store)).toEqual(numbered(5));
  expect(store.getState().server.seq).toBe(5);
  expect(store.getState().server.connection.status).toBe('live');
});

test('[UI2] pushes that come before open has answered are kept, and applied once', async () => {
  const { fake, store, client, settle, frame } = rig();
  fake.happenUnseen(2);
  fake.beforeAnswer = () => fake.happen(3);
  client.start();
  await settle();
  frame();
  expect(keysOf(store)).toEqual(numbered(5));
  // The same for a resumption, where the answer and the pushes overlap.
  fake.beforeAnswer = () => void fake.dashboard?.events(fake.log.slice(-2));
  fake.cut('gone');
  fake.happenUnseen(4);
  client.retryNow();
  await settle();
  frame();
  expect(keysOf(store)).toEqual(numbered(9));
});

test('[UI3] a flood is applied in one pass, in the animation frame', async () => {
  const { fake, store, client, settle, frame } = rig();
  client.start();
  await settle();
  let changes = 0;
  store.subscribe(() => (changes += 1));
  for (let n = 0; n < 50; n += 1) fake.happen(20);
  await settle();
  expect(changes).toBe(0);
  frame();
  expect(changes).toBe(1);
  expect(store.getState().server.seq).toBe(1_000);
  expect(store.getState().server.latest).toHaveLength(1_000);
});

test('[UI4] a lost connection resumes after the last event that arrived, shown or not', async () => {
  const { fake, store, client, settle, frame, retry } = rig();
  client.start();
  await settle();
  fake.happen(3); // arrived, and no frame has shown them
  await settle();
  fake.cut('The connection broke');
  fake.happenUnseen(4);
  expect(store.getState().server.connection).toMatchObject({
    status: 'reconnecting',
    attempt: 1,
    reason: 'The connection broke',
  });
  await retry();
  frame();
  expect(fake.opened).toEqual([undefined, { logId: 'log1', seq: 3 }]);
  expect(keysOf(store)).toEqual(numbered(7));
  expect(store.getState().server.connection.status).toBe('live');
});

test('[UI5] tries again sooner at first, then every ten seconds, and says when', async () => {
  const { fake, store, client, settle, retry, waits } = rig();
  client.start();
  await settle();
  fake.refuse = new HubError('hub_closed', 'The hub does not answer');
  fake.cut('gone');
  for (let n = 0; n < 8; n += 1) await retry();
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  expect(store.getState().server.connection).toMatchObject({
    status: 'reconnecting',
    attempt: 9,
    reason: 'The hub does not answer',
  });
});

test('[UI6] a missing event is noticed and fetched by resuming', async () => {
  const { fake, store, client, settle, frame, retry } = rig();
  client.start();
  await settle();
  fake.happen(1);
  fake.happenUnseen(1);
  fake.happen(1);
  await settle();
  await retry();
  frame();
  expect(fake.opened.at(-1)).toEqual({ logId: 'log1', seq: 1 });
  expect(keysOf(store)).toEqual(numbered(3));
});

test('[UI7] a hub with another log is taken over whole', async () => {
  const { fake, store, client, settle, frame, retry } = rig();
  fake.happenUnseen(5);
  client.start();
  await settle();
  fake.cut('gone');
  fake.info = { ...hubInfo, logId: 'log2' };
  fake.log.length = 0;
  fake.happenUnseen(2);
  await retry();
  frame();
  expect(keysOf(store)).toEqual(numbered(2));
  expect(store.getState().server.resets).toBe(2);
});

test('[UI8] a refused call rejects with its code; without a connection it is hub_closed', async () => {
  const { fake, client, settle } = rig();
  client.start();
  await settle();
  await expect(client.api.keyRevoke({ keyId: 'key_9' })).rejects.toMatchObject({
    code: 'not_found',
    message: 'No such key',
  });
  fake.cut('gone');
  await expect(client.api.keyRevoke({ keyId: 'key_9' })).rejects.toMatchObject({ code: 'hub_closed' });
});

test('[UI38] the calls can be awaited, printed and looked into without a call to the hub', async () => {
  const { fake, client, settle } = rig();
  client.start();
  await settle();
  const called = fake.called.length;
  const awaited = await Promise.race([Promise.resolve(client.api), settle().then(() => 'still waiting')]);
  expect(awaited).toBe(client.api);
  expect(Reflect.get(client.api, Symbol.toPrimitive)).toBeUndefined();
  expect(Reflect.get(client.api, Symbol.iterator)).toBeUndefined();
  expect(Reflect.get(client.api, 'noSuchCall')).toBeUndefined();
  await settle();
  expect(fake.called).toHaveLength(called);
  await client.api.ping();
  expect(fake.called.slice(called)).toEqual(['ping']);
});

test('[UI9] a hub that wants a login shows it, and is there at once when somebody logs in', async () => {
  const { fake, store, client, settle } = rig();
  fake.refuse = new HubError('unauthorized', 'Wrong token');
  client.start();
  await settle();
  expect(store.getState().server.connection).toEqual({ status: 'unauthorized', message: 'Wrong token' });
  fake.refuse = undefined;
  client.retryNow();
  await settle();
  expect(store.getState().server.connection.status).toBe('live');
});

test('[UI35] a login that is open tries again by itself, ever less often, also while the hub is down', async () => {
  const { fake, store, client, settle, retry, waits } = rig();
  client.start();
  await settle();
  fake.refuse = new HubError('unauthorized', 'Wrong token');
  fake.cut('gone');
  await retry();
  expect(store.getState().server.connection).toEqual({ status: 'unauthorized', message: 'Wrong token' });
  fake.refuse = new HubError('unauthorized', '');
  await retry();
  fake.refuse = new HubError('hub_closed', 'The hub does not answer');
  for (let n = 0; n < 4; n += 1) await retry();
  expect(store.getState().server.connection).toEqual({ status: 'unauthorized', message: 'Wrong token' });
  fake.refuse = undefined;
  await retry();
  expect(store.getState().server.connection.status).toBe('live');
  expect(waits).toEqual([250, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

test('[UI36] a browser that is signed out shows the login at once; a try that hangs does not stop the next', async () => {
  const { fake, store, client, settle } = rig();
  client.start();
  await settle();
  fake.happen(2);
  await settle();
  const hanging = Promise.withResolvers<void>();
  fake.before = hanging.promise;
  fake.cut('signed_out');
  expect(store.getState().server.connection).toEqual({ status: 'unauthorized', message: '' });
  client.retryNow();
  fake.before = Promise.resolve();
  client.retryNow();
  await settle();
  expect(store.getState().server.connection.status).toBe('live');
  hanging.resolve();
  await settle();
  expect(fake.opened).toEqual([undefined, { logId: 'log1', seq: 2 }]); // the first try was let go
  expect(store.getState().server.connection.status).toBe('live');
});

test('[UI10] a hub of another contract asks for a reload instead of being misread', async () => {
  const { fake, store, client, settle } = rig();
  fake.info = { ...hubInfo, protocolVersion: CHANNEL_VERSION + 1, productVersion: '9.0.0' };
  client.start();
  await settle();
  expect(store.getState().server.connection).toEqual({ status: 'outdated', hubVersion: '9.0.0' });
});

test('[UI11] watched frames begin with those kept, follow, and are watched again after a reconnection', async () => {
  const { fake, store, client, settle, frame, retry } = rig();
  const frameOf = (n: number): Frame => ({
    id: `frm_l1_${n}`,
    n,
    at: n,
    sessionId: 'ses_1',
    wire: 'sse',
    direction: 'in',
    kind: 'request',
    label: 'ping',
    sizeBytes: 1,
  });
  const shown = (): number[] | undefined =>
    store
      .getState()
      .server.frames.get('ses_1')
      ?.map(({ n }) => n);
  fake.frames = [frameOf(1), frameOf(2)];
  client.start();
  await settle();
  const stop = client.watchFrames('ses_1');
  void fake.dashboard?.frames({ sessionId: 'ses_1', frames: [frameOf(2), frameOf(3)] }); // before the answer
  await settle();
  frame();
  expect(shown()).toEqual([1, 2, 3]);
  fake.cut('gone');
  fake.frames = [frameOf(2), frameOf(3), frameOf(4)];
  await retry();
  void fake.dashboard?.frames({ sessionId: 'ses_1', frames: [frameOf(5)] });
  await settle();
  frame();
  expect(shown()).toEqual([2, 3, 4, 5]);
  stop();
  expect(shown()).toBeUndefined();
});
