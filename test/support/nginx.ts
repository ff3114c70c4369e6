import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';

const root = path.resolve(import.meta.dirname, '../..');
const tls = path.join(root, 'test/fixtures/tls');

/** How nginx stands before the hub. */
export interface Front {
  readonly buffering: 'on' | 'off';
  readonly scheme: 'http' | 'https';
}

/** A real nginx with the block of SECURITY.md. */
export interface Nginx {
  /** The address of a front. */
  url(front: Front): string;
  close(): Promise<void>;
}

const fronts: readonly Front[] = (['on', 'off'] as const).flatMap((buffering) =>
  (['http', 'https'] as const).map((scheme) => ({ buffering, scheme })),
);
const nameOf = ({ buffering, scheme }: Front): string => `${scheme} ${buffering}`;

/**
 * Starts nginx before a hub, once with each way of buffering and over HTTP/1.1 and TLS.
 *
 * @param hubPort where the hub listens on 127.0.0.1
 * @param idle its idle timeout, such as `1s`
 */
export async function startNginx(hubPort: number, idle: string): Promise<Nginx> {
  const security = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');
  const block = /```nginx\n([^]*?)```/u.exec(security)?.[1];
  if (block === undefined) throw new Error('SECURITY.md has no block for nginx');
  const [map = '', server = ''] = block.split(/^(?=server )/mu);
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-nginx-'));
  const ports = new Map<string, number>();
  const servers: string[] = [];
  for (const front of fronts) {
    const port = await freePort();
    ports.set(nameOf(front), port);
    const text = server
      .replace('listen 443 ssl', `listen 127.0.0.1:${port}${front.scheme === 'https' ? ' ssl' : ''}`)
      .replace('/etc/ssl/hub.example.pem', path.join(tls, 'hub.pem'))
      .replace('/etc/ssl/hub.example-key.pem', path.join(tls, 'hub-key.pem'))
      .replace('127.0.0.1:7337', `127.0.0.1:${hubPort}`)
      .replace('proxy_buffering on', `proxy_buffering ${front.buffering}`)
      .replace('proxy_read_timeout 60s', `proxy_read_timeout ${idle}`);
    servers.push(text);
  }
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${path.join(folder, kind)};`,
  );
  const config = path.join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off;\nmaster_process off;\npid ${path.join(folder, 'pid')};\nerror_log stderr crit;\nevents {}\nhttp {\naccess_log off;\n${temp.join('\n')}\n${map}${servers.join('')}}\n`,
  );
  const child = spawn('nginx', ['-e', 'stderr', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  const exited = new Promise<void>((resolve) => void child.on('exit', () => resolve()));
  for (const port of ports.values()) {
    await Promise.race([
      connects(port),
      exited.then(() => {
        throw new Error(`nginx ended: ${said}`);
      }),
    ]);
  }
  return {
    url: (front) => `${front.scheme}://127.0.0.1:${ports.get(nameOf(front)) ?? 0}`,
    async close() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once something listens there. */
async function connects(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => setTimeout(() => resolve(false), 20));
    });
    if (isThere) return;
  }
}
