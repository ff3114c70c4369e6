import { pbkdf2Sync } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Sent } from '../../src/hub/jobs/job-messages.ts';
import { parentPort } from '../../src/hub/jobs/parent-port.ts';

/**
 * A job's process that does what its file's name says, or that of the last file of its folder, for tests of what becomes
 * of the job. Like the real one it has the thread that watches it.
 */
const [watch = '', memoryMiB = ''] = process.argv.slice(-2);
new Worker(new URL(watch), { workerData: { memoryMiB: Number(memoryMiB), parent: process.ppid } }).unref();

/** Where its file is to be. */
let place: string | undefined;
/** The files of its folder. */
let paths: readonly string[] | undefined;

const port = parentPort();
const send = (message: Sent): void => port.send(message);

port.onTask(({ file, files, output }) => {
  const name = (file ?? files?.at(-1))?.name ?? '';
  place = output?.location;
  paths = files?.map(({ path }) => path);
  send({ kind: 'log', line: `asked to ${name}` });
  port.send({ kind: 'progress', fraction: 0.5, message: `half, as ${process.pid}` } satisfies Sent, () => begin(name));
});

function begin(name: string): void {
  switch (name) {
    case 'exit':
      return process.exit(3);
    case 'throw':
      return send({ kind: 'outcome', outcome: { ok: false, code: 'unreadable_file', message: 'out of luck' } });
    case 'crash':
      setImmediate(() => {
        throw new Error('uncaught');
      });
      return;
    case 'abort':
      return process.abort();
    case 'eat': {
      const eaten: object[] = [];
      for (;;) eaten.push(Array.from({ length: 100_000 }, (_, n) => ({ n })));
    }
    case 'hog': {
      const eaten: Buffer[] = []; // outside of what JavaScript counts as its own
      for (;;) eaten.push(Buffer.alloc(8 * 1024 * 1024, 1));
    }
    case 'lie':
      return port.send({ kind: 'outcome', outcome: { ok: 'certainly' } });
    case 'chatter':
      return port.send({ kind: 'log', line: 'x'.repeat(10_000) } satisfies Sent, () => begin(name));
    case 'write':
      writeFileSync(place ?? '', 'made by a job');
      send({ kind: 'wrote', name: 'made: by\u0007 a job.txt', mime: 'text/plain' });
      return send({ kind: 'outcome', outcome: { ok: true, result: { name } } });
    case 'half':
      writeFileSync(place ?? '', 'half a fi');
      return port.send({ kind: 'progress', fraction: 0.6, message: `written by ${process.pid}` } satisfies Sent);
    case 'link':
      symlinkSync('/etc/hostname', place ?? '');
      return send({ kind: 'outcome', outcome: { ok: true, result: { name } } });
    case 'passing':
      return send({
        kind: 'outcome',
        outcome: { ok: false, code: 'unreachable', message: 'no answer', mayPass: {} },
      });
    case 'later':
      return send({
        kind: 'outcome',
        outcome: { ok: false, code: 'unreachable', message: 'busy', mayPass: { afterMs: 60_000 } },
      });
    case 'spin':
      for (;;);
    case 'native':
      // At full load for an hour, where no JavaScript runs and no event is seen.
      pbkdf2Sync('a', 'b', 2 ** 31 - 1, 64, 'sha512');
      return;
    case 'hang':
      return;
    default:
      return send({ kind: 'outcome', outcome: { ok: true, result: { name, ...(paths && { paths }) } } });
  }
}
