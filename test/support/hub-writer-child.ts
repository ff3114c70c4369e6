/**
 * Writes to the hub of the data directory in argv until it is killed, and prints each seq that was
 * acknowledged, with the event's own number, on a line of its own.
 */
import { Hub } from '../../src/hub/hub.ts';

const [dataDir = ''] = process.argv.slice(2);
const hub = await Hub.open({ dataDir, snapshotEvery: 50 });
let number = 0;

async function write(): Promise<never> {
  for (;;) {
    const what = `${process.pid}.${++number}`;
    const committed = hub.record([{ type: 'access.denied', code: 'forbidden', what }], { actor: { kind: 'human' } });
    await committed.durable;
    process.stdout.write(`${committed.seq} ${what}\n`);
  }
}

process.stdout.write('ready\n');
await Promise.all(Array.from({ length: 8 }, write));
