import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FrameInput } from '../../src/recorder/frame-input.ts';
import { maskHead, maskText } from '../../src/recorder/masking.ts';
import type { RecorderOptions } from '../../src/recorder/recorder-options.ts';
import { Recorder } from '../../src/recorder/recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';
let dataDir: string;
let clock: FakeClock;
let folder: string;
let recorder: Recorder | undefined;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-recorder-'));
  folder = path.join(dataDir, 'frames');
  clock = new FakeClock();
});
afterEach(async () => {
  await recorder?.close();
  recorder = undefined;
  await rm(dataDir, { recursive: true, force: true });
});

function start(options: Partial<RecorderOptions> = {}): Recorder {
  const { now, timers } = clock;
  const logger = { warn: () => undefined };
  const made = new Recorder({ folder, launchId: 'l1', now, timers, logger, ...options });
  made.open();
  recorder = made;
  return made;
}

const call = (rest: Partial<FrameInput> = {}): FrameInput => ({
  kind: 'request',
  direction: 'in',
  method: 'tools/call',
  party: { key: 'key_a', session: 'ses_a' },
  ...rest,
});

test('[RC6] secrets are masked before anything is stored: in bodies, heads, names and ids, in any encoding', async () => {
  const secret = `sbx_${'k'.repeat(39)}Tail`;
  expect(
    maskHead(
      `GET /links/lnk_1/sbl_${'s'.repeat(40)}Tail?token=abc HTTP/1.1\r\nAuthorization: Bearer ${secret}\r\nCookie: a=b\r\nX: 1`,
    ),
  ).toEqual({
    kept: 'GET /links/lnk_1/sbl_••••Tail?token=•••• HTTP/1.1\r\nAuthorization: Bearer ••••Tail\r\nCookie: ••••\r\nX: 1',
    count: 4,
  });
  expect(maskText('{"password" : "se\\"cret", "lock_token":"lck_0123456789abcdef"}')).toEqual({
    kept: '{"password" : "••••", "lock_token":"lck_••••cdef"}',
    count: 2,
  });
  const form = `grant_type=refresh_token&refresh_token=abc%2B1&client_id=c&code_verifier=v&token=t&code=1&client_secret=s`;
  expect(maskText(form)).toEqual({
    kept: 'grant_type=refresh_token&refresh_token=••••&client_id=c&code_verifier=••••&token=••••&code=••••&client_secret=••••',
    count: 5,
  });
  expect(maskText('a note: code=1&token=2').count).toBe(0); // no form
  expect(maskText(`{"refresh_token":"x","was":"sbr_key_1.${'r'.repeat(32)}.${'s'.repeat(39)}Tail"}`).kept).toBe(
    '{"refresh_token":"••••","was":"sbr_••••Tail"}',
  );
  expect(maskHead(`GET /cb?code=sbc_${'c'.repeat(43)}&state=1 HTTP/1.1`).kept).toBe(
    'GET /cb?code=••••&state=1 HTTP/1.1',
  );
  const made = start();
  const n = made.record(
    call({
      subject: `/${secret}`,
      rpcId: secret,
      body: { form: 'bytes', bytes: Buffer.from(`\u00ff\u00fe ${secret} \u0000`, 'latin1') },
    }),
  );
  const { frame, body } = await made.get(made.idOf(n));
  expect(frame).toMatchObject({ subject: '/sbx_••••Tail', rpcId: 'sbx_••••Tail', masked: 1 });
  const marked = Buffer.from('sbx_••••Tail').toString('latin1');
  expect(Buffer.from(body?.text ?? '', 'base64').toString('latin1')).toBe(`\u00ff\u00fe ${marked} \u0000`);
  await made.close();
  for (const name of readdirSync(folder)) {
    expect(readFileSync(path.join(folder, name)).includes(secret.slice(0, 30)), name).toBe(false);
  }
});
