import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Hub } from '../../src/hub/hub.ts';
import { processHolding } from '../../src/hub/data-dir/lock-file.ts';
import { mainProgram } from '../support/run-program.ts';
import { needsLinux, needsPosix } from '../support/needs.ts';

const dirs: string[] = [];

function freshDir(): string {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'signalbox-dir-'));
  dirs.push(dir);
  return dir;
}

afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

test('[HB8] [HB10] a second hub is refused with the pid and address of the first, until that is closed', async () => {
  const dataDir = freshDir();
  const first = await Hub.open({ dataDir });
  await expect(Hub.open({ dataDir })).rejects.toMatchObject({
    code: 'data_dir_held',
    message: expect.stringContaining(`pid ${process.pid}`),
  });
  first.announce({ url: 'http://127.0.0.1:7337', adminToken: 'secret' });
  const refusal: unknown = await Hub.open({ dataDir }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'data_dir_held', details: { pid: process.pid, url: 'http://127.0.0.1:7337' } });
  expect(JSON.stringify(refusal) + String(refusal)).not.toContain('secret');
  expect(processHolding(dataDir)).toMatchObject({
    pid: process.pid,
    url: 'http://127.0.0.1:7337',
    adminToken: 'secret',
  });
  expect(statSync(path.join(dataDir, 'hub.lock')).mode & 0o777).toBe(0o600);
  await first.close();
  expect(processHolding(dataDir)).toBeUndefined();
  expect(() => readFileSync(path.join(dataDir, 'hub.lock'))).toThrow('ENOENT');
  const second = await Hub.open({ dataDir });
  await second.close();
});

test('[HB18] the files of a new log are for their owner only', needsPosix, async () => {
  const dataDir = freshDir();
  chmodSync(dataDir, 0o755);
  const hub = await Hub.open({ dataDir });
  const modes = readdirSync(dataDir).map((name) => [
    name,
    (statSync(path.join(dataDir, name)).mode & 0o777).toString(8),
  ]);
  expect(Object.fromEntries(modes)).toEqual({
    'hub.db': '600',
    'hub.db-shm': '600',
    'hub.db-wal': '600',
    'hub.lock': '600',
  });
  await hub.close();
});

test('[HB8] of several that start at once exactly one gets the directory', async () => {
  const dataDir = freshDir();
  writeFileSync(path.join(dataDir, 'hub.lock'), JSON.stringify({ pid: 2 ** 22 + 1, start: 'x', startedAt: 1 }));
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => Hub.open({ dataDir })));
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(opened).toHaveLength(1);
  await opened[0]?.close();
});

test.each([
  ['is gone', () => JSON.stringify({ pid: 2 ** 22 + 1, start: 'x', startedAt: 1 })],
  [
    'has a pid that is another process now',
    () => JSON.stringify({ pid: process.ppid, start: 'some other boot 123', startedAt: 1 }),
  ],
  ['wrote nothing readable', () => '{"pid":'],
])('[HB9] the lock of a process that %s is taken over', async (_what, text) => {
  const dataDir = freshDir();
  writeFileSync(path.join(dataDir, 'hub.lock'), text());
  const hub = await Hub.open({ dataDir });
  expect(processHolding(dataDir)?.pid).toBe(process.pid);
  await hub.close();
});

test('[HB11] a data directory that cannot be made or is a file is refused', async () => {
  const file = path.join(freshDir(), 'file');
  writeFileSync(file, '');
  for (const dataDir of [file, path.join(file, 'below'), '/proc/signalbox']) {
    await expect(Hub.open({ dataDir })).rejects.toMatchObject({
      code: 'data_dir_unwritable',
      message: expect.stringContaining(dataDir),
    });
  }
});

test('a data directory is made for its owner only', async () => {
  const dataDir = path.join(freshDir(), 'new', 'deeper');
  const hub = await Hub.open({ dataDir });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  await hub.close();
});

test('[HB9] the lock of a killed process that nobody has reaped is taken over', needsLinux, async () => {
  const dataDir = freshDir();
  // `sleep` takes the place of the shell that started the hub, and asks for no exit code: as PID 1 of a container may.
  const parent = spawn(
    'sh',
    [
      '-c',
      '"$@" & exec sleep 60 >/dev/null',
      'sh',
      process.execPath,
      mainProgram,
      'serve',
      '--port=0',
      '--data-dir',
      dataDir,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  try {
    await once(parent.stdout, 'data');
    const pid = processHolding(dataDir)?.pid ?? 0;
    const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
    expect(stat()).toContain(` ${parent.pid} `);
    process.kill(pid, 'SIGKILL');
    // The first thread may be a zombie while others are still ending.
    await vi.waitUntil(() => processHolding(dataDir) === undefined, { timeout: 60_000 });
    expect(stat()).toContain(') Z ');
    const hub = await Hub.open({ dataDir });
    expect(stat()).toContain(') Z ');
    await hub.close();
  } finally {
    parent.kill();
  }
});
