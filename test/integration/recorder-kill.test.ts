import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { frameKinds } from '../../src/protocol/frame-record.ts';
import { HubProcess } from '../support/hub-process.ts';
import { ask, bearer, initialize, rpc } from '../support/wire-client.ts';

/** A kill comes after so many answers. */
const KILLS = [300, 900, 500];
const MOST_LOST_MS = 200;

/** Eight call a tool over and over until the hub is killed; answers when each call was answered, by its id. */
async function callAndKill(hub: HubProcess, key: string, kill: number, firstId: number): Promise<Map<number, number>> {
  const { mcp } = hub.announced;
  const opened = await ask(mcp, { headers: bearer(key), body: initialize() });
  const headers = {
    ...bearer(key),
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-session-id': String(opened.headers['mcp-session-id']),
  };
  const answered = new Map<number, number>();
  const killed = Promise.withResolvers<void>();
  let next = firstId;
  const caller = async (): Promise<void> => {
    while (answered.size < kill) {
      const id = next++;
      const body = JSON.stringify(rpc(id, 'tools/call', { name: 'whoami', arguments: {} }));
      const response = await fetch(mcp, { method: 'POST', headers, body });
      expect(await response.text()).toContain(`"id":${id}`);
      answered.set(id, Date.now());
      if (answered.size === kill) killed.resolve(hub.kill());
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, caller));
  await killed.promise;
  return answered;
}

test(
  '[RC15] a kill amid calls takes the last 200 ms of frames at most, and never the database',
  { timeout: 300_000 },
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'signalbox-recorder-kill-'));
    let key: string | undefined;
    const lostMs: number[] = [];
    try {
      for (const [at, kill] of KILLS.entries()) {
        const hub = await HubProcess.start(folder);
        key ??= hub.announced.firstKey;
        const answered = await callAndKill(hub, String(key), kill, at * 1_000_000 + 1);
        expect(answered.size).toBeGreaterThanOrEqual(kill);

        const db = new DatabaseSync(path.join(folder, 'frames', 'frames.db'));
        expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
        // What was handed over before is there without a hole.
        const { frames, places } = db
          .prepare(
            `SELECT count(*) AS frames, max(n) - min(n) + 1 AS places FROM frames
             WHERE n > (SELECT base FROM launches ORDER BY base DESC LIMIT 1)`,
          )
          .get() as { frames: number; places: number };
        expect(frames).toBe(places);
        const response = frameKinds.indexOf('response');
        const kept = new Set(
          db
            .prepare('SELECT rpc FROM frames WHERE kind = ?')
            .all(response)
            .map(({ rpc: id }) => Number(id)),
        );
        db.close();
        const lost = [...answered].filter(([id]) => !kept.has(id)).map(([, time]) => time);
        lostMs.push(lost.length === 0 ? 0 : Math.max(...answered.values()) - Math.min(...lost));
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    // A kill that comes while others keep this machine's disk or cores busy is not the rule: the middle one counts.
    expect(lostMs.toSorted((one, other) => one - other)[1], lostMs.join(', ')).toBeLessThanOrEqual(MOST_LOST_MS);
  },
);
