import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { workspaceUri } from '../../src/protocol/uris.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import type { AgentLink } from '../../src/sandbox/agent-link.ts';
import { CrashJobStarter, CrashKeyMaker, CrashLocker } from '../support/crash-caller.ts';
import { CrashListener } from '../support/crash-listener.ts';
import type { CrashSite } from '../support/crash-site.ts';
import { CrashUploader } from '../support/crash-uploader.ts';
import { CrashWriter, eventsSince } from '../support/crash-writer.ts';
import { HubProcess, runCli } from '../support/hub-process.ts';
import { MessageWaiter } from '../support/message-waiter.ts';
import { ask, bearer, initialize } from '../support/wire-client.ts';

/** `npm run soak -- kills` has more of them. */
const KILLS = Number(process.env['SOAK_KILLS'] ?? 20);
/** A kill comes after this many further acknowledgements, by turns: early, late, in the middle of things. */
const ACKS_BETWEEN = [1, 7, 23, 3, 40, 11, 2, 17, 29, 5];

let folder: string;
let hub: HubProcess;
let giveUp = (): void => undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-crash-'));
});

afterAll(async () => {
  giveUp();
  await hub.stop();
  rmSync(folder, { recursive: true, force: true });
});

const startHub = async (port = 0): Promise<HubProcess> => await HubProcess.start(join(folder, 'data'), { port });

test(
  '[CR1] [CR5] [CR4] killed again and again in the middle of writes, uploads, locks, jobs and keys: nothing acknowledged is missing, the chain verifies, and after each time all go on and miss no event',
  { timeout: 120_000 + KILLS * 30_000 },
  async () => {
    hub = await startHub();
    const { url, adminToken } = hub.announced;
    const port = Number(new URL(url).port);
    const keys: Record<string, string> = {};
    let workspace = '';
    for (const name of [...Object.keys(connections), 'uploader', 'listener', 'locker', 'jobs', 'judge']) {
      const made = await runCli([
        ...['keys', 'create', name, '--workspace', 'default', '--role', 'editor', '--tools', 'all'],
        ...['--url', url, '--admin-token', adminToken, '--json'],
      ]);
      const key = JSON.parse(made.stdout) as { secret: string; workspace: string };
      keys[name] = key.secret;
      workspace = key.workspace;
    }

    // The hub's comings and goings, for all who work with it.
    let life = 0;
    let up = Promise.withResolvers<{ url: string; life: number }>();
    up.resolve({ url, life });
    let acks = 0;
    const back = new Set<string>();
    const news = new MessageWaiter();
    const site: CrashSite = {
      workspace,
      hubIsUp: async () => await up.promise,
      onAck: () => {
        acks++;
        news.changed();
      },
      onBack: (name, inLife) => {
        if (inLife === life) back.add(name);
        news.changed();
      },
    };
    const judge = async (): Promise<AgentLink> =>
      await connections.streamable({
        url,
        key: String(keys['judge']),
        name: 'judge',
        subscribeTo: workspaceUri(workspace, 'events'),
        onEvent: () => undefined,
        onLost: () => undefined,
      });

    const listeners = (['sse', 'streamable'] as const).map(
      (wire) => new CrashListener(wire, String(keys['listener']), site),
    );
    for (const listener of listeners) await listener.begin();
    const first = await judge();
    const { lastSeq: listenedFrom } = await eventsSince(first, workspace, 0);
    await first.close();
    const writers = Object.entries(connections).map(
      ([name, connect]) => new CrashWriter(name, connect, String(keys[name]), site),
    );
    const uploader = new CrashUploader(String(keys['uploader']), site);
    const locker = new CrashLocker(String(keys['locker']), site);
    const starter = new CrashJobStarter(String(keys['jobs']), site);
    const keyMaker = new CrashKeyMaker(() => hub.announced.adminToken, site);
    const callers = [locker, starter, keyMaker];
    giveUp = () => {
      for (const listener of listeners) listener.stop();
      for (const writer of writers) void writer.abandon();
      uploader.abandon();
      for (const caller of callers) caller.stop();
    };
    const listening = Promise.all(listeners.map(async (listener) => await listener.run()));
    const writing = Promise.all([
      ...writers.map(async (writer) => await writer.run()),
      uploader.run(),
      ...callers.map(async (caller) => await caller.run()),
    ]);
    const everybody = writers.length + listeners.length + 1;
    // Each writes, or is sent something, and its stream tells it of what happens since: in this life of the hub.
    const allAreBack = async (andAcks: number): Promise<void> => {
      await Promise.race([news.until(() => (back.size === everybody && acks >= andAcks) || undefined), writing]);
    };

    for (let kill = 0; kill < KILLS; kill++) {
      await allAreBack(acks + (ACKS_BETWEEN[kill % ACKS_BETWEEN.length] ?? 1));
      up = Promise.withResolvers();
      await hub.kill();
      life++;
      back.clear();
      hub = await startHub(port);
      up.resolve({ url, life });
    }
    await allAreBack(0);
    for (const worker of [...writers, uploader, ...callers]) worker.stop();
    await writing;

    // Nothing acknowledged is missing.
    const owner = await judge();
    for (const { acknowledged } of writers) {
      expect(acknowledged.length).toBeGreaterThan(KILLS);
      for (const { path, version, sha256 } of acknowledged) {
        expect(await owner.call('file_stat', { workspace, path, version })).toMatchObject({ version, sha256 });
      }
    }
    expect(uploader.finished.length).toBeGreaterThan(0);
    expect(uploader.stepsBack).toBe(0);
    for (const { path, sha256 } of uploader.finished) {
      expect(await owner.call('file_stat', { workspace, path })).toMatchObject({ sha256 });
    }

    // Locks that were granted are held by their tokens, and those that were given back are not.
    const { locks } = await locker.call(url, 'lock_list', { limit: 1_000, max_bytes: 1_048_576 });
    const held = new Map(
      (locks as { path: string; lock_token?: string }[]).map((lock) => [lock.path, lock.lock_token]),
    );
    expect(locker.held.size).toBeGreaterThan(0);
    for (const [path, token] of locker.held) expect([path, held.get(path)]).toEqual([path, token]);
    expect([...held.values()].filter((token) => locker.released.has(String(token)))).toEqual([]);

    // Each job that was accepted is there, and comes to its end.
    expect(starter.started.length).toBeGreaterThan(0);
    for (const id of starter.started) {
      expect(await starter.call(url, 'job_wait', { job_id: id, timeout_ms: 20_000 })).toMatchObject({
        job_id: id,
        status: expect.stringMatching(/^(?:succeeded|failed)$/u),
      });
    }

    // Keys that were made let in, and those that were revoked do not.
    expect(keyMaker.good.size).toBeGreaterThan(0);
    const statusOf = async (secret: string): Promise<number> =>
      (await ask(`${url}/mcp`, { headers: bearer(secret), body: initialize() })).status;
    for (const secret of keyMaker.good.values()) expect(await statusOf(secret)).toBe(200);
    for (const secret of keyMaker.revoked) expect(await statusOf(secret)).toBe(401);

    // The streams of those who kept their session had everything, once and in order.
    const happened = (await eventsSince(owner, workspace, 0)).events.map(({ seq }) => seq);
    const last = happened.at(-1) ?? 0;
    await Promise.all([...listeners, ...writers].map(async (one) => await one.hears(last)));
    for (const { events, lives } of listeners) {
      const seqs = events.map(({ seq }) => seq);
      expect(seqs.filter((seq) => seq > listenedFrom)).toEqual(happened.filter((seq) => seq > listenedFrom));
      expect(lives.size).toBe(KILLS + 1);
    }
    // Those who began anew learned of the loss: they asked for what they had missed, and the rest came by the stream.
    for (const { name, stints, caughtUp } of writers) {
      expect(new Set(stints.map((stint) => stint.life)).size).toBe(KILLS + 1);
      for (const { events, caughtUpTo, life: inLife } of stints) {
        const seqs = events.map(({ seq }) => seq).filter((seq) => seq > caughtUpTo);
        const until = seqs.at(-1) ?? 0;
        const due = happened.filter((seq) => seq > caughtUpTo && seq <= until);
        expect(seqs, `${name} in life ${inLife}, since ${caughtUpTo}`).toEqual(due);
      }
      const known = new Set([...caughtUp, ...stints.flatMap(({ events }) => events.map(({ seq }) => seq))]);
      expect(happened.filter((seq) => !known.has(seq))).toEqual([]);
    }
    await owner.close();
    giveUp();
    await listening;

    // The chain verifies from end to end, and each content is what it was.
    const { adminToken: newest } = hub.announced;
    const verified = await runCli([
      ...['audit', 'verify', '--contents', '--url', url, '--admin-token', newest, '--json'],
    ]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, contents: { damaged: [] } });

    const report = {
      writes: writers.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
      uploads: uploader.finished.length,
      locks: locker.held.size + locker.released.size,
      jobs: starter.started.length,
      keys: keyMaker.good.size + keyMaker.revoked.size,
      events: happened.length,
    };
    if (process.env['SOAK_REPORT'] !== undefined) writeFileSync(process.env['SOAK_REPORT'], JSON.stringify(report));
  },
);
