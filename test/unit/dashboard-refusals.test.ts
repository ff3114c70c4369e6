import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readChunk } from '../../src/dashboard/features/files/load-text.ts';
import { refusalMessage } from '../../src/dashboard/features/inspector/refusal-message.ts';
import { login } from '../../src/dashboard/browser-login.ts';
import { tusTransfer } from '../../src/dashboard/uploads/tus-transfer.ts';
import type { HubErrorCode, HubError } from '../../src/protocol/errors.ts';
import { statusOf } from '../../src/server/http/http-errors.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A hub that refuses everything with a code, in the form of its file and upload routes; counts the requests. */
async function refusing(code: HubErrorCode): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const url = await serve((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(statusOf(code), { 'Content-Type': 'application/json', 'Tus-Resumable': '1.0.0' });
    response.end(JSON.stringify({ error: { code, message: `Refused: ${code}.`, details: { version: 2 } } }));
  });
  return { url, asked: () => asked };
}

const never = new AbortController().signal;

test.each(['gone', 'forbidden', 'storage_failed'] as const)(
  '[UX44] a preview is refused with the hub’s %s',
  async (code) => {
    const { url } = await refusing(code);
    const said = { code, message: `Refused: ${code}.`, details: { version: 2 } };
    await expect(readChunk(url, 0, 10, never)).rejects.toMatchObject(said);
    await expect(login('token', new URL(url) as unknown as Location)).rejects.toMatchObject({ code });
  },
);

test('[UX44] an answer that is none of the hub’s is shown with its status', async () => {
  const bodies = ['', 'Bad gateway', '<html>', '{"error"', '[]', 'null', '{}'];
  for (const body of bodies) {
    const url = await serve((_request, response) => response.writeHead(502).end(body));
    const error: unknown = await readChunk(url, 0, 10, never).catch((refusal: unknown) => refusal);
    expect(error, body).toMatchObject({ code: 'internal' });
  }
});

test('[UX3] a chunk is read by range, or out of the whole where a server gives that', async () => {
  const text = '0123456789';
  const byRange = await serve((request, response) => {
    const [, start = '0', end = ''] = /bytes=(\d+)-(\d+)/u.exec(request.headers.range ?? '') ?? [];
    response.writeHead(206).end(text.slice(Number(start), Number(end) + 1));
  });
  const whole = await serve((_request, response) => response.writeHead(200).end(text));
  for (const url of [byRange, whole]) {
    const { bytes, isEnd } = await readChunk(url, 4, 10, never);
    expect(new TextDecoder().decode(bytes)).toBe('456789');
    expect(isEnd).toBe(true);
  }
});

/** How an upload ends that every request for is refused. */
async function uploadTo(url: string): Promise<HubError> {
  const file = Object.assign(Buffer.from('abc'), { type: '' }) as unknown as File;
  return await new Promise((resolve, reject) => {
    tusTransfer(file, { workspace: 'w', path: 'a' }, url, {
      sent: () => undefined,
      known: () => undefined,
      done: () => reject(new Error('It should be refused')),
      failed: resolve,
    }).start();
  });
}

test.each(['quota_exceeded', 'forbidden', 'too_large', 'invalid_path'] as const)(
  '[UX45] an upload that the hub refuses with %s is not sent again, and says so at once',
  async (code) => {
    const { url, asked } = await refusing(code);
    expect(await uploadTo(url)).toMatchObject({ code, message: `Refused: ${code}.` });
    expect(asked()).toBe(1);
  },
);

test('[UX45] an upload that a full disk refuses is tried again', async () => {
  const { url, asked } = await refusing('storage_failed');
  const ended = uploadTo(url);
  const again = new Promise<void>((resolve) => {
    const look = (): void => (asked() > 1 ? resolve() : void setImmediate(look));
    look();
  });
  await again;
  void ended;
});

test('[UI52] the answer that an agent got when it was refused is read from its reply', () => {
  const message = 'You are viewer of default; file_write needs editor.';
  const text = `forbidden: ${message}\ndetails:\n  role: viewer`;
  const result = { isError: true, content: [{ type: 'text', text }] };
  expect(refusalMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, result }))).toBe(message);
  expect(refusalMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32_602, message: message } }))).toBe(
    message,
  );
  expect(refusalMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [] } }))).toBeUndefined();
  expect(refusalMessage('{"cut')).toBeUndefined();
  expect(refusalMessage(undefined)).toBeUndefined();
});
