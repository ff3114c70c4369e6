import { expect, test, vi } from 'vitest';
import { fileReceipts } from '../../src/server/dashboard/receipts.ts';
import { FrameRing } from '../../src/server/frames/frame-ring.ts';
import { Receipts } from '../../src/server/frames/receipts.ts';
import { openTestFiles } from '../support/open-files.ts';

/** What it takes to show a file's receipts when so many sessions were sent its event and each made a call. */
async function receiptsOf(sessions: number) {
  await using parts = await openTestFiles();
  const { files, test: hubTest } = parts;
  const { hub, clock } = hubTest;
  const { keyId } = await hubTest.agent('reader');
  const frames = new FrameRing({ launchId: hub.launchId, now: clock.now });
  const receipts = new Receipts();
  const file = await parts.put('drop/in.txt', 'hello');
  const { seq } = (await files.versions(file.id, {})).items[0] ?? { seq: 0 };
  const sent = receipts.begin(seq);
  for (let n = 0; n < sessions; n++) {
    const sessionId = `ses_${n}`;
    const path = n % 2 === 0 ? file.path : 'other.txt';
    const frame = {
      sessionId,
      wire: 'sse',
      direction: 'in',
      kind: 'request',
      label: 'tools/call',
      sizeBytes: 1,
    } as const;
    sent.push({ sessionId, keyId, frame: frames.count, sentAt: clock.now() });
    const cause = frames.record({ ...frame, body: JSON.stringify({ path }) });
    const origin = { actor: { kind: 'agent', key: keyId, session: sessionId }, cause } as const;
    hub.record([{ type: 'tool.called', tool: 'file_read', sessionId, argsDigest: '', outcome: 'ok', ms: 1 }], origin);
  }
  await hub.durable();
  const reads = vi.spyOn(hub.reader, 'prepare');
  const found = await fileReceipts({ hub, files, frames, receipts }, file.id, 1);
  return { found, reads: reads.mock.calls.length };
}

test('[DB39] the receipts of hundreds of sessions take no more reads than those of a few', async () => {
  const few = await receiptsOf(4);
  const many = await receiptsOf(400);
  expect(few.found.map(({ reactions }) => reactions.length)).toEqual([1, 0, 1, 0]);
  expect(many.found).toHaveLength(400);
  expect(many.found.filter(({ reactions }) => reactions.length > 0)).toHaveLength(200);
  expect(many.reads).toBe(few.reads);
});
