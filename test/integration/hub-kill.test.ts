import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Hub } from '../../src/hub/hub.ts';

const child = fileURLToPath(new URL('../support/hub-writer-child.ts', import.meta.url));

/** Lets a hub write until `lines` events are acknowledged, kills it, and answers these. */
function writeAndKill(dataDir: string, lines: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const acknowledged: string[] = [];
    const hub = spawn(process.execPath, [child, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    hub.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    const reader = createInterface({ input: hub.stdout });
    reader.on('line', (line) => {
      if (line === 'ready') return;
      acknowledged.push(line);
      if (acknowledged.length === lines) hub.kill('SIGKILL');
    });
    reader.on('close', () => {
      if (hub.signalCode !== 'SIGKILL' && acknowledged.length < lines) reject(new Error(errors));
    });
    hub.on('close', (_code, signal) => (signal === 'SIGKILL' ? resolve(acknowledged) : reject(new Error(errors))));
  });
}

// Twenty starts of a process.
test(
  '[LG20] killed twenty times amid writes, nothing acknowledged is missing and the chain verifies',
  { timeout: 600_000 },
  async () => {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-kill-'));
    try {
      const acknowledged: string[] = [];
      for (let round = 0; round < 20; round++) acknowledged.push(...(await writeAndKill(dataDir, 20 + 13 * round)));
      const hub = await Hub.open({ dataDir });
      const stored = new Map<number, string>();
      for (let after = 0; after < hub.state.seq;) {
        const page = await hub.audit.after(after, 1000);
        for (const event of page) {
          expect(event.seq).toBe(after + 1);
          after = event.seq;
          if (event.type === 'access.denied') stored.set(event.seq, event.what);
        }
      }
      const missing = acknowledged.filter((line) => {
        const [seq, what] = line.split(' ');
        return stored.get(Number(seq)) !== what;
      });
      expect(missing).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(2000);
      expect(await hub.audit.verify()).toMatchObject({ ok: true, events: hub.state.seq });
      await hub.close();
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
);
