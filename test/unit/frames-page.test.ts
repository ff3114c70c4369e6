import { expect, test } from 'vitest';
import { framesAsPage } from '../../src/protocol/export/frames-page.ts';
import type { FrameContent, FrameRecord } from '../../src/protocol/frame-record.ts';

const frame: FrameRecord = {
  id: 'frm_a_1',
  place: 1,
  at: 1_800_000_000_000,
  elapsedMs: 1,
  kind: 'request',
  direction: 'in',
  keyId: 'key_1',
  method: 'tools/call',
  tool: '<img src=x onerror=alert(1)>',
  outcome: 'ok',
  sizeBytes: 12,
  masked: 0,
  body: 'whole',
};
const hostile = '\n</pre><script>alert(1)</script>\r&amp;';
const contents: readonly FrameContent[] = [
  {
    frame,
    request: { line: 'POST /mcp HTTP/1.1', headers: [['X-"quoted"', "<b>'"]] },
    body: { encoding: 'utf8', text: hostile, sizeBytes: hostile.length, cut: true },
  },
];
const page = (some: readonly FrameContent[], filter = ''): string =>
  [
    ...framesAsPage(some, {
      filter,
      now: 1_800_000_000_000,
      keyName: (id) => (id === 'key_1' ? 'planner' : undefined),
    }),
  ].join('');

test('[WR14] a page of frames runs nothing and asks for nothing: all that agents sent is text in it', () => {
  const made = page(contents, '"<i>"');
  expect(made).not.toMatch(/<(?:script|img|link|b|i)\b/u);
  expect(made).not.toMatch(/\s(?:src|href)=["']?http/u);
  expect(made).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  // Characters as they were sent: a parser drops the line feed behind <pre>, and takes &#13; for a carriage return.
  expect(made).toContain('<pre>\n\n&#60;/pre&#62;&#60;script&#62;alert(1)&#60;/script&#62;&#13;&#38;amp;</pre>');
  expect(made).toContain('Filter <code>&#34;&#60;i&#62;&#34;</code>');
});

test('[WR14] it says how many frames and how much content it has, and whose they are', () => {
  const made = page(contents);
  expect(made).toContain(`1 frame · ${hostile.length} B of content · secrets are masked`);
  expect(made).toContain('<span>planner</span>');
  expect(made).toContain('only its beginning is here');
  const [{ body: _, ...heads }] = contents as [FrameContent];
  expect(page([heads])).toContain('1 frame · headers alone, no content');
  expect(page([])).toContain('No frame passes the filter.');
});
