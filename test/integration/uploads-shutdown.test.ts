import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHub } from '../../src/server/start.ts';

test('[UP23] a hub that ends breaks off what is arriving, and keeps it for the next start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-uploads-'));
  const first = await startHub({ dataDir, port: 0 });
  const headers = { Authorization: `Bearer ${first.adminToken}`, 'Tus-Resumable': '1.0.0' };
  const metadata = `workspace ${Buffer.from('default').toString('base64')},path ${Buffer.from('a.bin').toString('base64')}`;
  const created = await fetch(`${first.url}/uploads`, {
    method: 'POST',
    headers: { ...headers, 'Upload-Length': '200000', 'Upload-Metadata': metadata },
  });
  const location = created.headers.get('location') ?? '';
  const arrived = new Promise<void>((resolve) => {
    first.hub.onTick((tick) => tick.type === 'upload.progress' && tick.receivedBytes > 0 && resolve());
  });
  const patch = { ...headers, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' };
  const sent = request(new URL(location, first.url), {
    method: 'PATCH',
    headers: { ...patch, 'Content-Length': '200000' },
  });
  sent.on('error', () => undefined); // the hub hangs up
  sent.write(Buffer.alloc(100_000, 'x'));
  await arrived;
  await first.close();
  sent.destroy();

  const second = await startHub({ dataDir, port: 0 });
  try {
    const again = { ...headers, Authorization: `Bearer ${second.adminToken}` };
    const head = await fetch(new URL(location, second.url), { method: 'HEAD', headers: again });
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).toBeGreaterThan(0);
    const rest = await fetch(new URL(location, second.url), {
      method: 'PATCH',
      headers: { ...again, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
      body: Buffer.alloc(200_000 - offset, 'x'),
    });
    expect(rest.status).toBe(204);
    const file = await fetch(`${second.url}/files/default/a.bin`, { headers: again });
    expect(await file.text()).toBe('x'.repeat(200_000));
  } finally {
    await second.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
