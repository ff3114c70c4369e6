import { expect, test } from 'vitest';
import type { FrameContent, FrameRecord } from '../../src/protocol/frame-record.ts';
import { toHar } from '../../src/protocol/export/har.ts';

const url = 'http://127.0.0.1:7337';

function frame(place: number, more: Partial<FrameRecord> = {}): FrameRecord {
  return {
    id: `frm_a_${place}`,
    place,
    at: 1_800_000_000_000 + place,
    elapsedMs: place,
    kind: 'request',
    direction: 'in',
    outcome: 'ok',
    sizeBytes: 1,
    masked: 0,
    body: 'whole',
    ...more,
  };
}

const body = (text: string) => ({ encoding: 'utf8' as const, text, sizeBytes: text.length, cut: false });
const request = {
  line: 'POST /mcp?agent=a%20b HTTP/1.1',
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['X-Twice', '1'],
    ['X-Twice', '2'],
  ] as const,
};
const response = { line: 'HTTP/1.1 200 OK', headers: [['content-type', 'application/json']] as const };

test('[WR9] an archive has each exchange once, with the messages that it carried as they were sent', () => {
  const exchange = 'frm_a_1';
  const contents: readonly FrameContent[] = [
    { frame: frame(1, { kind: 'exchange', method: 'POST', status: 200, latencyMs: 12.5 }), request, response },
    { frame: frame(2, { exchange }), request, response, body: body('{"n":1e3,"n":1.0}') },
    {
      frame: frame(3, { exchange, kind: 'response', direction: 'out' }),
      request,
      response,
      body: body('{"result":{}}'),
    },
    {
      frame: frame(4, { kind: 'exchange', method: 'GET', status: 401 }),
      request: { line: 'GET /sse HTTP/1.1', headers: [] },
    },
  ];
  const { log } = toHar(contents, url);
  expect(log).toMatchObject({ version: '1.2', creator: { name: 'Signalbox' } });
  expect(log.comment).toBeUndefined();
  expect(log.entries).toHaveLength(2);
  expect(log.entries[0]).toEqual({
    startedDateTime: new Date(1_800_000_000_001).toISOString(),
    time: 12.5,
    request: {
      method: 'POST',
      url: `${url}/mcp?agent=a%20b`,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [
        { name: 'Content-Type', value: 'application/json; charset=utf-8' },
        { name: 'X-Twice', value: '1' },
        { name: 'X-Twice', value: '2' },
      ],
      queryString: [{ name: 'agent', value: 'a b' }],
      headersSize: -1,
      bodySize: 17,
      postData: { mimeType: 'application/json; charset=utf-8', text: '{"n":1e3,"n":1.0}' },
    },
    response: {
      status: 200,
      statusText: 'OK',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: [{ name: 'content-type', value: 'application/json' }],
      content: { size: 13, mimeType: 'application/json', text: '{"result":{}}' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: 12.5, receive: 0 },
  });
  expect(log.entries[1]).toMatchObject({ request: { method: 'GET', bodySize: 0 }, response: { status: 401 } });
});

test('[WR9] frames without a head are counted, odd addresses stay of the hub, and bytes are Base64', () => {
  const contents: readonly FrameContent[] = [
    { frame: frame(1, { kind: 'gap', dropped: 3 }) },
    { frame: frame(2), body: body('{}') },
    { frame: frame(3, { kind: 'exchange' }), request: { line: 'GET http://[evil HTTP/1.1', headers: [] } },
    { frame: frame(4, { kind: 'exchange' }), request: { line: 'GET //evil.example/x HTTP/1.1', headers: [] } },
    {
      frame: frame(5, { kind: 'exchange' }),
      request,
      answer: { encoding: 'base64', text: '/w==', sizeBytes: 300_000, cut: true },
    },
  ];
  const { log } = toHar(contents, url);
  expect(log.comment).toMatch(/^2 frames are not in here/u);
  expect(log.entries.map(({ request }) => request.url)).toEqual([
    `${url}/?http%3A%2F%2F%5Bevil`,
    `${url}/?%2F%2Fevil.example%2Fx`,
    `${url}/mcp?agent=a%20b`,
  ]);
  expect(log.entries[2]?.response.content).toEqual({
    size: 300_000,
    mimeType: 'application/json',
    text: '/w==',
    encoding: 'base64',
    comment: 'Only the beginning is kept here of what was over 256 KiB.',
  });
});
