import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startHub } from '../../src/server/start.ts';

test('[HT21] a part that cannot be closed keeps no other from it, and is reported', async () => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-close-'));
  const stuck = {
    exited: new Promise<never>(() => undefined),
    stop: () => Promise.reject(new Error('the agents do not end')),
  };
  const server = await startHub({ dataDir, port: 0, sampleAgents: () => stuck });
  const answers: unknown[] = [];
  let call: (message: unknown) => void = () => undefined;
  const started = Promise.withResolvers<void>();
  server.api({
    post: (message) => {
      answers.push(message);
      started.resolve();
    },
    on: (listener) => {
      call = listener;
      return () => undefined;
    },
    onClose: () => () => undefined,
    close: () => undefined,
  });
  call({ t: 'q', i: '1', m: 'sampleAgentsStart', a: [{ workspace: 'default' }] });
  await started.promise;
  expect(answers).not.toMatchObject([{ e: {} }]);

  await expect(server.close()).rejects.toThrow('the agents do not end');
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
  const again = await startHub({ dataDir, port: 0 });
  await again.close();
  await rm(dataDir, { recursive: true, force: true });
});
