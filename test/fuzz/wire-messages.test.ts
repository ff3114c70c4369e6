import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStateless } from '../../src/server/mcp/rpc/request-meta.ts';
import { httpChunk } from '../../src/server/mcp/stream/http-chunk.ts';
import { parseEventId } from '../../src/server/mcp/replay/kept.ts';
import { parseBody, parseMessage } from '../../src/server/mcp/rpc/rpc.ts';
import { createGuard } from '../../src/server/http/guard.ts';

test('[SS11] no body, however odd, breaks the reading of messages', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const parsed = parseBody(text);
        if (parsed.kind === 'problem') return;
        const { json } = parsed;
        const message = parseMessage(json);
        isStateless(json, text);
        if (message.kind === 'problem') expect(message.error.code).toBe('bad_request');
      },
    ),
    { numRuns: 500 },
  );
});

test('[SS11] a message of the right shape is read as what it is, whatever it holds', () => {
  const id = fc.oneof(fc.integer(), fc.string());
  const params = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(id, fc.string({ minLength: 1 }), params, (requestId, method, given) => {
      const request = parseMessage({ jsonrpc: '2.0', id: requestId, method, params: given });
      expect(request).toMatchObject({ kind: 'request', id: requestId, method });
      expect(parseMessage({ jsonrpc: '2.0', method })).toMatchObject({ kind: 'notification', method });
      expect(parseMessage({ jsonrpc: '2.0', id: requestId, result: given })).toMatchObject({
        kind: 'reply',
        id: requestId,
      });
    }),
  );
});

test('[SS7] a chunk says its length in bytes, whatever characters it has', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const chunk = httpChunk(text).toString();
      const [length = ''] = chunk.split('\r\n', 1);
      expect(Number.parseInt(length, 16)).toBe(Buffer.byteLength(text));
      expect(chunk).toBe(`${length}\r\n${text}\r\n`);
    }),
  );
});

test('[HT1] no Host or Origin, and no Last-Event-ID, breaks its check', () => {
  const guard = createGuard({ port: 7337, host: '127.0.0.1', allowedHosts: [] });
  fc.assert(
    fc.property(fc.string(), fc.string(), (host, origin) => {
      const refused = guard.check({ host, origin });
      if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/iu.test(host)) expect(refused?.code).toBe('host_refused');
      parseEventId(host);
    }),
    { numRuns: 500 },
  );
});
