import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubError } from '../../src/protocol/errors.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { workspaceUri } from '../../src/protocol/uris.ts';
import { connections } from '../../src/sandbox/connections.ts';
import type { AgentLink, LinkOptions } from '../../src/sandbox/link.ts';
import { HubProcess, runCli } from '../support/hub-process.ts';

const KILLS = 20;
/** A kill comes after this many further acknowledgements, by turns: early, late, in the middle of things. */
const ACKS_BETWEEN = [1, 7, 23, 3, 40, 11, 2, 17, 29, 5];

let dataDir: string;
let hub: HubProcess;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-crash-'));
});

afterAll(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Acknowledged {
  readonly path: string;
  readonly version: number;
  readonly sha256: string;
}

/** Where all of them work. */
interface Site {
  readonly workspace: string;
  /** Resolves with the hub's address once it runs. */
  hubIsUp(): Promise<string>;
  /** Told of each answer that promises something. */
  onAck(): void;
}

/** An agent that writes one file after the other, whatever happens to its hub. */
class Writer {
  readonly acknowledged: Acknowledged[] = [];
  readonly seen = new Map<number, HubEvent>();
  readonly #connect: (options: LinkOptions) => Promise<AgentLink>;
  readonly #key: string;
  readonly #name: string;
  readonly #site: Site;
  #lastSeq = 0;
  #stopped = false;
  reconnects = -1;

  constructor(name: string, connect: (options: LinkOptions) => Promise<AgentLink>, key: string, site: Site) {
    this.#name = name;
    this.#connect = connect;
    this.#key = key;
    this.#site = site;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    for (let n = 0; ;) {
      const url = await this.#site.hubIsUp();
      let lost = false;
      let link: AgentLink;
      try {
        link = await this.#connect({
          url,
          key: this.#key,
          name: this.#name,
          subscribeTo: workspaceUri(this.#site.workspace, 'events'),
          onEvent: (event) => void this.seen.set(event.seq, event),
          onLost: () => (lost = true),
        });
      } catch {
        continue; // killed during the handshake
      }
      this.reconnects++;
      try {
        await this.catchUp(link);
        while (!lost && !this.#stopped) {
          const text = `${this.#name} writes ${n}\n`.repeat((n % 50) + 1);
          const path = `${this.#name}/it's "file" ${n % 5}.txt`;
          const { version, sha256 } = await link.call(
            'file_write',
            { workspace: this.#site.workspace, path, text },
            { timeoutMs: 5_000 },
          );
          this.acknowledged.push({ path, version: Number(version), sha256: String(sha256) });
          n++;
          this.#site.onAck();
        }
        if (this.#stopped) {
          await this.catchUp(link);
          await link.close();
          return;
        }
      } catch (error) {
        if (error instanceof HubError) throw error; // a refusal: nothing in this run is refused
      }
      await link.close().catch(() => undefined); // its hub is gone
    }
  }

  /** Every event since the last one that is known to be complete. */
  async catchUp(link: AgentLink): Promise<void> {
    for (let more = true; more;) {
      const page = await link.call(
        'event_list',
        { workspace: this.#site.workspace, after_seq: this.#lastSeq, limit: 500 },
        { timeoutMs: 5_000 },
      );
      const events = page['events'] as HubEvent[];
      for (const event of events) this.seen.set(event.seq, event);
      this.#lastSeq = events.at(-1)?.seq ?? this.#lastSeq;
      more = page['more'] === true;
    }
  }
}

/** A tus client that goes on where the hub says it stands, checking that nothing acknowledged is gone. */
class Uploader {
  readonly #key: string;
  readonly #site: Site;
  readonly finished: { path: string; sha256: string }[] = [];
  stepsBack = 0;
  #stopped = false;

  constructor(key: string, site: Site) {
    this.#key = key;
    this.#site = site;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) await this.#upload(n);
  }

  async #upload(n: number): Promise<void> {
    const content = Buffer.alloc(300_000, `upload ${n} `);
    const path = `uploads/${n}.bin`;
    let location: string | undefined;
    let acknowledged = 0;
    while (acknowledged < content.length) {
      const base = await this.#site.hubIsUp();
      try {
        location ??= await this.#create(base, path, content.length);
        const offset = await this.#offset(new URL(location, base));
        if (offset === undefined) break; // finished, and its answer lost with the hub
        if (offset < acknowledged) this.stepsBack++;
        if (offset === content.length) break;
        const chunk = content.subarray(offset, offset + 64_000);
        const response = await fetch(new URL(location, base), {
          method: 'PATCH',
          headers: this.#headers({
            'content-type': 'application/offset+octet-stream',
            'upload-offset': String(offset),
          }),
          body: chunk,
        });
        await response.text();
        if (response.status !== 204) throw new Error(`PATCH ${response.status}`);
        acknowledged = Number(response.headers.get('upload-offset'));
        this.#site.onAck();
      } catch {
        // killed in the middle: ask again where it stands
      }
    }
    this.finished.push({ path, sha256: createHash('sha256').update(content).digest('hex') });
  }

  async #create(base: string, path: string, size: number): Promise<string> {
    const encode = (text: string): string => Buffer.from(text).toString('base64');
    const response = await fetch(new URL('/uploads', base), {
      method: 'POST',
      headers: this.#headers({
        'upload-length': String(size),
        'upload-metadata': `workspace ${encode(this.#site.workspace)},path ${encode(path)}`,
      }),
    });
    await response.text();
    const location = response.headers.get('location');
    if (response.status !== 201 || location === null) throw new Error(`POST ${response.status}`);
    return new URL(location, base).pathname;
  }

  async #offset(url: URL): Promise<number | undefined> {
    const response = await fetch(url, { method: 'HEAD', headers: this.#headers({}) });
    if (response.status === 404 || response.status === 410) return undefined;
    if (response.status !== 200) throw new Error(`HEAD ${response.status}`);
    return Number(response.headers.get('upload-offset'));
  }

  #headers(more: Record<string, string>): Record<string, string> {
    return { authorization: `Bearer ${this.#key}`, 'tus-resumable': '1.0.0', ...more };
  }
}

test(
  '[CR1] killed twenty times in the middle of writes and uploads: nothing acknowledged is missing, the chain verifies, the agents resume',
  { timeout: 240_000 },
  async () => {
    hub = await HubProcess.start(dataDir);
    const { url, adminToken } = hub.announced;
    const port = Number(new URL(url).port);
    const keys: Record<string, string> = {};
    let workspace = '';
    for (const name of ['sse', 'streamable', 'modern', 'uploader']) {
      const made = await runCli([
        ...['keys', 'create', name, '--workspace', 'default', '--role', 'editor'],
        ...['--url', url, '--admin-token', adminToken, '--json'],
      ]);
      const key = JSON.parse(made.stdout) as { secret: string; workspace: string };
      keys[name] = key.secret;
      workspace = key.workspace;
    }

    // The hub's comings and goings, for all who work with it.
    let up = Promise.withResolvers<string>();
    up.resolve(url);
    let acks = 0;
    let dueAt = Infinity;
    let due = Promise.withResolvers<void>();
    const onAck = (): void => {
      if (++acks >= dueAt) due.resolve();
    };
    const hubIsUp = async (): Promise<string> => await up.promise;

    const site = { workspace, hubIsUp, onAck };
    const writers = Object.entries(connections).map(
      ([name, connect]) => new Writer(name, connect, String(keys[name]), site),
    );
    const uploader = new Uploader(String(keys['uploader']), site);
    const working = Promise.all([...writers.map(async (writer) => await writer.run()), uploader.run()]);

    for (let kill = 0; kill < KILLS; kill++) {
      due = Promise.withResolvers();
      dueAt = acks + (ACKS_BETWEEN[kill % ACKS_BETWEEN.length] ?? 1);
      await Promise.race([due.promise, working]);
      up = Promise.withResolvers();
      await hub.kill();
      hub = await HubProcess.start(dataDir, { port });
      up.resolve(url);
    }
    for (const worker of [...writers, uploader]) worker.stop();
    await working;

    // Nothing acknowledged is missing.
    const owner = await connections.streamable({
      url,
      key: String(keys['streamable']),
      name: 'judge',
      subscribeTo: workspaceUri(workspace, 'events'),
      onEvent: () => undefined,
      onLost: () => undefined,
    });
    for (const { acknowledged } of writers) {
      expect(acknowledged.length).toBeGreaterThan(KILLS / 2);
      for (const { path, version, sha256 } of acknowledged) {
        expect(await owner.call('file_stat', { workspace, path, version })).toMatchObject({ version, sha256 });
      }
    }
    expect(uploader.finished.length).toBeGreaterThan(0);
    expect(uploader.stepsBack).toBe(0);
    for (const { path, sha256 } of uploader.finished) {
      expect(await owner.call('file_stat', { workspace, path })).toMatchObject({ sha256 });
    }

    // The agents resumed: each saw every write of the others, by push or by catching up.
    const last = writers[0] as Writer;
    await last.catchUp(owner);
    const written = [...last.seen.values()].filter(({ type }) => type === 'file.written').map(({ seq }) => seq);
    for (const writer of writers) {
      expect(writer.reconnects).toBeGreaterThan(0);
      await writer.catchUp(owner);
      expect(written.filter((seq) => !writer.seen.has(seq))).toEqual([]);
    }
    await owner.close();

    // The chain verifies from end to end.
    const verified = await runCli([
      'audit',
      'verify',
      '--url',
      url,
      '--admin-token',
      hub.announced.adminToken,
      '--json',
    ]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
  },
);
