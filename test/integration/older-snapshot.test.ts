import { hash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { logFile } from '../../src/hub/log/schema.ts';
import { denyAccess } from '../../src/hub/rules/access.ts';
import { removeMember } from '../../src/hub/rules/members.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import type { StateSnapshot } from '../../src/protocol/snapshot.ts';
import { human, openTestHub } from '../support/open-hub.ts';

/** Makes the stored snapshots those of the first version, which did not know what a key has lost. */
function makeOlder(dataDir: string): number {
  const db = new DatabaseSync(logFile(dataDir));
  const rows = db.prepare('SELECT seq, hash, state FROM snapshots').all();
  for (const { seq, hash: head, state } of rows) {
    const snapshot = JSON.parse(String(state)) as StateSnapshot;
    const text = JSON.stringify({ ...snapshot, keys: snapshot.keys.map(({ once: _unknown, ...key }) => key) });
    const digest = hash('sha256', `${String(seq)}\n${String(head)}\n${text}`, 'hex');
    db.prepare('UPDATE snapshots SET version = 1, state = ?, digest = ? WHERE seq = ?').run(text, digest, seq ?? 0);
  }
  db.close();
  return rows.length;
}

test('[LG46] [KY20] what a key lost before an upgrade is known from the log, and asking for it is no guess', async () => {
  await using world = await openTestHub();
  const { keyId, origin } = await world.agent('honest');
  const names = ['first', 'second', 'third'];
  for (const name of names) {
    const { workspace } = await world.hub.execute(createWorkspace, { name }, origin);
    await world.hub.execute(removeMember, { workspace, keyId }, human);
  }
  await world.hub.close();
  expect(makeOlder(world.dataDir)).toBeGreaterThan(0);
  const hub = await world.restart();
  expect(hub.state.keys.get(keyId)?.once).toEqual(expect.arrayContaining(names));
  for (const asked of names) await hub.execute(denyAccess, { code: 'not_found', what: 'w', asked }, origin);
  expect(hub.state.keys.get(keyId)?.suspendedAt).toBeUndefined();
});
