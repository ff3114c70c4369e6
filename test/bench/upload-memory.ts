import { request } from 'node:http';
import { Readable } from 'node:stream';
import { Child } from './support/child.ts';
import { count, type Row } from './support/report.ts';

const SIZE_BYTES = 5 * 1_024 ** 3;
const CHUNK = Buffer.alloc(1 << 20, 'signalbox');

/** Resident memory of the hub while 5 GiB go in by one tus PATCH and come out again. */
export async function uploadMemory(): Promise<Row[]> {
  const hub = await Child.start('hub-server.ts');
  const base = new URL(String(hub.ready['url']));
  const headers = { authorization: `Bearer ${hub.ready['key']}`, 'tus-resumable': '1.0.0' };
  const workspace = String(hub.ready['workspace']);
  await hub.ask('gc');
  const before = hub.rss();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, hub.rss())), 100);
  try {
    const metadata = `workspace ${base64(workspace)},path ${base64('big.bin')}`;
    const created = await send(new URL('/uploads', base), 'POST', {
      ...headers,
      'upload-length': String(SIZE_BYTES),
      'upload-metadata': metadata,
    });
    const start = performance.now();
    await send(
      new URL(String(created.location), base),
      'PATCH',
      {
        ...headers,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': '0',
        'content-length': String(SIZE_BYTES),
      },
      Readable.from(chunks()),
    );
    const inSeconds = (performance.now() - start) / 1_000;
    const outStart = performance.now();
    const out = await send(new URL(`/files/${workspace}/big.bin`, base), 'GET', headers);
    if (out.bytes !== SIZE_BYTES) throw new Error(`${out.bytes} bytes came out`);
    const outSeconds = (performance.now() - outStart) / 1_000;
    const grown = (peak - before) / 1_024 ** 2;
    const rate = (seconds: number): string => count(SIZE_BYTES / 1_024 ** 2 / seconds);
    return [
      {
        what: '5 GiB in and out',
        ours: `${grown.toFixed(0)} MiB more at the peak; in ${rate(inSeconds)} MiB/s, out ${rate(outSeconds)} MiB/s`,
        reference: `${(before / 1_024 ** 2).toFixed(0)} MiB before`,
        ratio: undefined,
        target: 'flat (≤ 128 MiB more)',
        holds: grown <= 128,
      },
    ];
  } finally {
    clearInterval(watch);
    await hub.stop();
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function* chunks(): Generator<Buffer> {
  for (let sent = 0; sent < SIZE_BYTES; sent += CHUNK.length) yield CHUNK;
}

interface Answer {
  readonly location: string | undefined;
  readonly bytes: number;
}

function send(url: URL, method: string, headers: Record<string, string>, body?: Readable): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 400) reject(new Error(`${method} ${url.pathname}: ${status}`));
        else resolve({ location: response.headers.location, bytes });
      });
    });
    sent.on('error', reject);
    if (body) body.pipe(sent);
    else sent.end();
  });
}
