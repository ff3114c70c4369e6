import { randomInt } from 'node:crypto';
import net from 'node:net';

/**
 * A port of 127.0.0.1 on which nothing listens, for a program that cannot take port 0. It lies below those that systems
 * give out (from 32,768 on Linux), so that no hub of another test is given it before the program listens.
 */
export async function freePort(): Promise<number> {
  for (let tries = 100; tries > 0; tries -= 1) {
    const port = randomInt(20_000, 30_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No port between 20,000 and 30,000 is free.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
