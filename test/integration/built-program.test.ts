import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { WORKER_ENTRIES } from '../../src/hub/worker-url.ts';
import { RECORDER_THREAD } from '../../src/recorder/thread-url.ts';

const root = path.resolve(import.meta.dirname, '../..');

const Announcement = z.object({
  url: z.url(),
  sse: z.url(),
  mcp: z.url(),
  dashboard: z.url(),
  adminToken: z.string().min(20),
  firstKey: z.string().startsWith('sbx_').optional(),
});

/** What the sources do is tested elsewhere; here it is what the build and the launcher make of them. */
describe('the built program', () => {
  let dataDir = '';
  const launched = new Set<ChildProcess>();

  beforeAll(async () => {
    await ensureBuilt(root, ['dashboard', 'cli'], () => undefined);
    dataDir = await mkdtemp(path.join(tmpdir(), 'signalbox-built-'));
  });

  afterEach(() => {
    for (const child of launched) child.kill('SIGKILL');
    launched.clear();
  });

  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  function launch(script: string, ...args: string[]) {
    const child = spawn(process.execPath, [path.join(root, 'src/cli/launch', script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    launched.add(child);
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, exited };
  }

  async function announced({ stdout }: ChildProcess) {
    if (!stdout) throw new Error('The program has no stdout.');
    for await (const line of createInterface({ input: stdout })) return Announcement.parse(JSON.parse(line));
    throw new Error('The program ended without a word.');
  }

  test.each([
    ['first', 'start.mjs', ['--headless']],
    ['next', 'signalbox.mjs', ['serve']],
  ])(
    '[LN12] at the %s launch it says where it is, serves the dashboard and ends cleanly',
    async (nth, script, args) => {
      const { child, exited } = launch(script, ...args, '--json', '--port', '0', '--data-dir', dataDir);
      const { url, dashboard, firstKey } = await announced(child);
      expect(firstKey !== undefined).toBe(nth === 'first');

      const page = await fetch(dashboard);
      expect(page.status).toBe(200);
      const html = await page.text();
      expect(html).toContain('<div id="root"></div>');
      // Nothing inline that the content security policy would have to allow.
      expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style/);
      for (const [, asset = ''] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
        expect((await fetch(new URL(asset, url))).status, asset).toBe(200);
      }

      child.kill('SIGTERM');
      expect(await exited).toBe(0);
    },
    // A launch builds what was changed since the last: that may take its time.
    120_000,
  );

  /** Adds a file of the build to `loaded`, with all that it imports at once; returns its text. */
  async function load(loaded: Map<string, string>, file: string): Promise<string> {
    const known = loaded.get(file);
    if (known !== undefined) return known;
    const text = await readFile(path.join(root, 'out/cli', file), 'utf8');
    loaded.set(file, text);
    for (const [, name = ''] of text.matchAll(/^(?:import|export) [^;]*?"(\.\.?\/[^"]+)";$/gm)) {
      await load(loaded, path.join(path.dirname(file), name));
    }
    return text;
  }

  /** The files of the build that are loaded before the hub says where it is, with their texts. */
  const loadedAtStart = (): Promise<ReadonlyMap<string, string>> =>
    loadedFor(['run-process', 'serve', 'start', 'edges']);

  /** The files of the build that are loaded for these chunks, each of which is imported by one that is loaded by then. */
  async function loadedFor(chunks: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const loaded = new Map<string, string>();
    await load(loaded, 'main.js');
    for (const chunk of chunks) {
      const pattern = new RegExp(`import\\("\\./(${chunk}-[^"]+)"\\)`);
      const file = [...loaded.values()].map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
      if (file === undefined) throw new Error(`There is no chunk ${chunk}.`);
      await load(loaded, file);
    }
    return loaded;
  }

  /** The packages of which something is in a file, by the comments that the bundler leaves. */
  const packagesIn = (texts: Iterable<string>): string[] => {
    const found = new Set<string>();
    for (const text of texts) {
      for (const [, name = ''] of text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)) found.add(name);
    }
    return [...found].toSorted();
  };

  test('[LN15] a start loads no framework, no library of one edge and no logger before it listens', async () => {
    const loaded = await loadedAtStart();
    expect(packagesIn(loaded.values())).toEqual(['birpc', 'chardet', 'commander', 'env-paths', 'zod']);
    const bytes = [...loaded.values()].reduce((sum, text) => sum + text.length, 0);
    expect(bytes).toBeLessThan(1_760_000);
    // A file takes as long as its code.
    expect(loaded.size).toBeLessThan(20);
    for (const [file, text] of loaded) expect(text, file).not.toMatch(/^import [^;]*"node:/m);
  });

  test('[LN18] the log is opened before the code of the wires, the tools and the desk is loaded', async () => {
    const loaded = await loadedFor(['run-process', 'serve', 'start']);
    const modules = [...loaded.values()].flatMap((text) =>
      [...text.matchAll(/^\/\/ (src\/\S+)$/gm)].map(([, name]) => name),
    );
    expect(modules).toContain('src/hub/log/sqlite-log.ts');
    const ofEdges =
      /^src\/(?:server\/(?:mcp\/(?:catalogue|wires|requests)|desk\/(?:calls|channel|feeds))|protocol\/calls)\//u;
    expect(modules.filter((name) => ofEdges.test(name ?? ''))).toEqual([]);
  });

  test('[KN15] a start loads nothing of the index but what waits until a workspace is switched on', async () => {
    const modules = [...(await loadedAtStart()).values()].flatMap((text) =>
      [...text.matchAll(/^\/\/ src\/hub\/knowledge\/(\S+)$/gm)].map(([, name]) => name),
    );
    expect([...new Set(modules)]).toEqual(['knowledge.ts']);
  });

  test('[LN18] no module of Node for TLS or compression is loaded before it listens', async () => {
    for (const [file, text] of await loadedAtStart()) {
      expect(text, file).not.toMatch(/^const [^;]*getBuiltinModule\("node:(?:https|tls|http2|zlib)"\)/m);
    }
  });

  test('[LN16] of the threads, those that go through the log load the schemas of events, the one that compares texts and the one that indexes them their library, and the others no package', async () => {
    const packages: Record<string, readonly string[]> = {};
    for (const thread of [...WORKER_ENTRIES, RECORDER_THREAD]) {
      const loaded = new Map<string, string>();
      await load(loaded, `workers/${thread}.js`);
      packages[thread] = packagesIn(loaded.values());
    }
    const loading: Readonly<Record<string, readonly string[]>> = {
      'log/writer-thread': ['zod'],
      'log/verify-thread': ['zod'],
      'log/base-thread': ['zod'],
      'log/past/past-thread': ['zod'],
      'files/diff/diff-thread': ['diff'],
      'knowledge/index-thread': ['stemmer'],
    };
    const wanted = [...WORKER_ENTRIES, RECORDER_THREAD].map((thread) => [thread, loading[thread] ?? []]);
    expect(packages).toEqual(Object.fromEntries(wanted));
  });

  test('[LN17] what one start compiled is not compiled by the next, in the thread that writes neither', async () => {
    /** Which files were looked up in the cache, and which were found there: Node says so on stderr. */
    const start = async (): Promise<{ asked: Set<string>; found: Set<string> }> => {
      const args = [path.join(root, 'out/cli/main.js'), 'serve', '--json', '--port', '0', '--data-dir', dataDir];
      const child = spawn(process.execPath, args, {
        env: { ...process.env, NODE_DEBUG_NATIVE: 'COMPILE_CACHE', NODE_COMPILE_CACHE: undefined },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      launched.add(child);
      let said = '';
      child.stderr.on('data', (text: Buffer) => (said += String(text)));
      const closed = new Promise((resolve) => child.once('close', resolve));
      const { dashboard } = await announced(child);
      expect((await fetch(dashboard)).status).toBe(200); // what is loaded after it listens is loaded by then
      child.kill('SIGTERM');
      await closed;
      const files = (pattern: RegExp): Set<string> => new Set([...said.matchAll(pattern)].map(([, file = '']) => file));
      return {
        asked: files(/reading cache from \S+ for ESM \S+\/out\/cli\/(\S+?)\.\.\./g),
        found: files(/code cache for ESM \S+\/out\/cli\/(\S+) was accepted/g),
      };
    };
    await start();
    let { asked, found } = await start();
    // A busy machine may end a thread before Node has kept what it compiled: then the next start does.
    for (let n = 0; n < 3 && found.size < asked.size; n++) ({ asked, found } = await start());
    expect([...found].toSorted()).toEqual([...asked].toSorted()); // threads load at the same time
    const places = [/^start-/, /^workers\/log\/writer-thread\.js$/];
    expect(places.map((place) => [...found].filter((file) => place.test(file)).length)).toEqual([1, 1]);
  });
});
