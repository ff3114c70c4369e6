// Loaded before a hub (`--import`), whatever tree it is of: tells over a socket how long its loop stood, and sets its clock.
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { loopDelay, watchLoop } from './loop-delay.ts';

/** Where to listen. */
const socket = process.env['BENCH_WATCH'];

if (isMainThread && socket !== undefined) {
  delete process.env['BENCH_WATCH'];
  delete process.env['NODE_OPTIONS']; // its own processes are not watched
  const setClock = movableClock();
  watchLoop();
  createServer((peer) => {
    peer.on('error', () => undefined);
    peer.on('data', (data) => {
      const [command, value] = data.toString().trim().split(' ');
      if (command === 'watch') watchLoop();
      if (command === 'clock') setClock(Number(value));
      peer.end(JSON.stringify(loopDelay()));
    });
  })
    .listen(socket)
    .unref();
}

/** A `Date` whose now can be put so many ms beside the machine's. */
function movableClock(): (offsetMs: number) => void {
  const Real = Date;
  let offset = 0;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args: []) => (args.length === 0 ? new target(target.now() + offset) : new target(...args)),
    get: (target, name) => (name === 'now' ? () => target.now() + offset : (Reflect.get(target, name) as unknown)),
  });
  return (offsetMs) => (offset = offsetMs);
}
