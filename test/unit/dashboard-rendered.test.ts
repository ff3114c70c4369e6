import { expect, test } from 'vitest';
import { markdownBlocks } from '../../src/dashboard/features/files/markdown-blocks.ts';
import { renderedKind } from '../../src/dashboard/features/files/rendered-kind.ts';
import type { TextBlock } from '../../src/dashboard/features/files/rendered-model.ts';
import { tableOfValues } from '../../src/dashboard/features/files/value-table.ts';

test('[UX97] Markdown is a page of headings, lists, tables and code; what is HTML or an address in it is text', () => {
  const text = `# Line *4*

1. one
2. [two](javascript:alert(1)) ![map](https://elsewhere.example/map.png)

- [x] done
- [ ] to do

> said \`so\`

| a | b |
| --- | --- |
| 1 | **2** |

<script>alert(1)</script>

---
`;
  const { blocks, isCut } = markdownBlocks(text);
  expect(isCut).toBe(false);
  const paragraph = (...parts: readonly unknown[]) => ({ kind: 'paragraph', parts });
  expect(blocks).toEqual([
    { kind: 'heading', depth: 1, parts: ['Line ', { kind: 'em', parts: ['4'] }] },
    {
      kind: 'list',
      start: 1,
      entries: [
        { isDone: undefined, blocks: [paragraph('one')] },
        {
          isDone: undefined,
          blocks: [
            paragraph({ kind: 'link', parts: ['two'], to: 'javascript:alert(1)' }, ' ', {
              kind: 'picture',
              text: 'map',
              from: 'https://elsewhere.example/map.png',
            }),
          ],
        },
      ],
    },
    {
      kind: 'list',
      start: undefined,
      entries: [
        { isDone: true, blocks: [paragraph('done')] },
        { isDone: false, blocks: [paragraph('to do')] },
      ],
    },
    { kind: 'quote', blocks: [paragraph('said ', { kind: 'code', text: 'so' })] },
    { kind: 'table', table: { head: [['a'], ['b']], rows: [[['1'], [{ kind: 'strong', parts: ['2'] }]]] } },
    { kind: 'code', text: '<script>alert(1)</script>' },
    { kind: 'rule' },
  ]);
});

test('[UX97] there is an end to how much of a page is drawn, and to how deep it goes', () => {
  const many = markdownBlocks('a\n\n'.repeat(20_000));
  expect(many.isCut).toBe(true);
  expect(many.blocks.length).toBeLessThanOrEqual(8_000);
  const depthOf = (blocks: readonly TextBlock[]): number =>
    1 + Math.max(0, ...blocks.map((block) => (block.kind === 'quote' ? depthOf(block.blocks) : 0)));
  expect(depthOf(markdownBlocks(`${'>'.repeat(200)} deep`).blocks)).toBeLessThan(20);
});

test('[UX97] values between commas, semicolons or tabs are a table, up to so many cells', () => {
  const small = tableOfValues('train,to\nRB 1,"Harbour, quay 1"\n\nRB 2\n');
  const cells = [
    [['RB 1'], ['Harbour, quay 1']],
    [['RB 2'], ['']],
  ];
  expect(small).toEqual({
    blocks: [{ kind: 'table', table: { head: [['train'], ['to']], rows: cells } }],
    isCut: false,
  });
  const [tabs] = tableOfValues('a\tb\n1\t2\n').blocks;
  expect(tabs).toMatchObject({ table: { head: [['a'], ['b']] } });
  const long = tableOfValues(`a,b,c\n${'1,2,3\n'.repeat(5_000)}`);
  expect(long.isCut).toBe(true);
  expect(long.blocks[0]).toMatchObject({ table: { rows: { length: 2_000 } } });
  const wide = tableOfValues(`${'x,'.repeat(500)}x\n`);
  expect(wide.isCut).toBe(true);
  expect(wide.blocks[0]).toMatchObject({ table: { head: { length: 60 } } });
});

test('[UX97] a text is rendered by its type, unless it is long', () => {
  expect(renderedKind('text/markdown; charset=utf-8', 5)).toBe('markdown');
  expect(renderedKind('text/csv', 5)).toBe('table');
  expect(renderedKind('text/tab-separated-values', 5)).toBe('table');
  expect(renderedKind('text/html', 5)).toBeUndefined();
  expect(renderedKind('text/markdown', 256 * 1024 + 1)).toBeUndefined();
  expect(renderedKind('text/markdown', 0)).toBeUndefined();
});
