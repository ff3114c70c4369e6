import { setTimeout as sleep } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import { deafSocket } from './agents.ts';

const OF_EACH = 30;
const DRIBBLE_MS = 5_000;
const LASTS_MS = 60_000;
/** What the neighbour and the recorder of the bench have come and gone by. */
const FEW = 10;

/** Peers without a key that say nothing, half a head, or a body byte by byte, and keep their half open. */
export const halfOpen: Attack = async ({ hub }) => {
  const host = `host: ${new URL(hub.url).host}`;
  const upgrade = `GET /api/ws HTTP/1.1\r\n${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;
  const post = (path: string): string =>
    `POST ${path} HTTP/1.1\r\n${host}\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n`;
  const still = ['', `GET /sse HTTP/1.1\r\n${host}\r\n`, upgrade];
  const dribbling = ['/mcp', '/health', '/api/login'].map(post);
  const before = hub.sockets();
  const open = (text: string) => Array.from({ length: OF_EACH }, () => deafSocket(hub.url, text).resume());
  const [quiet, slow] = [still.flatMap(open), dribbling.flatMap(open)];
  for (let ms = 0; ms < LASTS_MS; ms += DRIBBLE_MS) {
    await sleep(DRIBBLE_MS);
    for (const socket of slow) if (socket.writable) socket.write('x');
  }
  const held = hub.sockets() - before;
  for (const socket of [...quiet, ...slow]) socket.destroy();
  const words = `${held} of ${quiet.length + slow.length} sockets held after ${LASTS_MS / 1_000} s`;
  return held <= FEW ? { words } : { words, harm: 'held' };
};
