import { expect, test } from 'vitest';
import { openTestFiles } from '../support/open-files.ts';
import { human } from '../support/open-hub.ts';
import type { Origin } from '../../src/hub/rule.ts';

test('[LM7] contents of a key that wait for the disk have a room in bytes', async () => {
  await using t = await openTestFiles({ limits: { 'write-bytes-per-key': 100 } });
  const [one, other] = [await t.test.agent('one'), await t.test.agent('other')];
  const write = (origin: Origin, path: string, bytes: number) =>
    t.files.write(origin, { workspace: t.workspace, path, content: Buffer.alloc(bytes, path), source: 'tool' });
  const first = write(one.origin, 'a', 80);
  await expect(write(one.origin, 'b', 21)).rejects.toMatchObject({
    code: 'limit_reached',
    retryAfterMs: 1000,
    message: expect.stringContaining('wait for the answers of its writes'),
    details: { limit: 'write-bytes-per-key', value: 100 },
  });
  await Promise.all([first, write(one.origin, 'c', 20), write(other.origin, 'd', 100), write(human, 'e', 500)]);
  // What was refused, and what failed, takes no room; what is larger than all of it is taken alone.
  await expect(
    t.files.write(one.origin, {
      workspace: t.workspace,
      path: 'f',
      content: Buffer.alloc(90),
      source: 'tool',
      sha256: '0'.repeat(64),
    }),
  ).rejects.toMatchObject({ code: 'checksum_mismatch' });
  await write(one.origin, 'g', 70_000);
  await write(one.origin, 'h', 100);
  await expect(t.files.stat(t.workspace, 'b')).rejects.toMatchObject({ code: 'not_found' });
});

test('[LM7] and those of all keys together', async () => {
  await using t = await openTestFiles({ limits: { 'write-bytes-in-all': 100 } });
  const one = await t.test.agent('one');
  const write = (origin: Origin, path: string, bytes: number) =>
    t.files.write(origin, { workspace: t.workspace, path, content: Buffer.alloc(bytes, path), source: 'tool' });
  const first = write(human, 'a', 80);
  const refused = write(one.origin, 'b', 21);
  await expect(refused).rejects.toMatchObject({ code: 'limit_reached', retryAfterMs: 1000 });
  await expect(refused).rejects.not.toHaveProperty('details.value');
  await first;
  await write(one.origin, 'b', 21);
});
