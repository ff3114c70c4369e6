import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';

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
  }, 120_000);

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
});
