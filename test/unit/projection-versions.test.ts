import { hash } from 'node:crypto';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openDb } from '../../src/hub/log/db.ts';
import { tablesOf } from '../../src/hub/log/projections/prepare.ts';
import { projections } from '../../src/hub/log/projections/projections.ts';
import { openIdleLog } from '../../src/hub/log/schema.ts';
import { rowsAfter } from '../../src/hub/log/stored-events.ts';
import { applyEvent } from '../../src/protocol/apply-event.ts';
import type { HubEvent } from '../../src/protocol/events.ts';
import { emptyState } from '../../src/protocol/state.ts';
import { dataDirOf010 } from '../support/earlier-version.ts';

const changed =
  'A projection makes other rows of an old log than before. Raise its version, so that logs have them too, and put what is received below here';
const versions = {
  'session blocks': [1, 'ff468ae0570fbf29'],
  parties: [1, 'aeafc8fb695f72f5'],
  sessions: [1, '9fb954db4ad00f3a'],
  files: [1, '693c61186006f8d0'],
  jobs: [1, 'a2ccd8048654f43b'],
  keys: [1, '00f6aa2f2c5538bd'],
};

test('[LG15] what each projection makes of an old log is what its version made of it', async () => {
  await using old = await dataDirOf010('closed');
  const log = openIdleLog(path.join(old.dataDir, 'hub.db'));
  const db = openDb(':memory:');
  for (const { schema } of projections) for (const statement of schema) db.exec(statement);
  const state = emptyState();
  for (const { json } of rowsAfter(log, 0)) {
    const event = JSON.parse(json) as HubEvent;
    for (const projection of projections) projection.apply(db, event, state);
    applyEvent(state, event);
  }
  const made = projections.map((projection) => {
    const rows = tablesOf(projection).map((table) => db.prepare(`SELECT * FROM "${table}"`).all());
    return [projection.name, [projection.version, hash('sha256', JSON.stringify(rows), 'hex').slice(0, 16)]] as const;
  });
  db.close();
  log.close();
  expect(Object.fromEntries(made), changed).toEqual(versions);
});
