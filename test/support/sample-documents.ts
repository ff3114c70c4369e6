import { zip } from './sample-files.ts';

/** A heading, a paragraph with a link, two lists and a table, as Markdown. */
export const MARKDOWN = `# Plan

See [the site](https://example.org/a?b=1&c=2) for **more**.

## Parts

-   screws
-   nuts

1.  first
2.  second

| Part | Count |
| --- | --- |
| screws | 12  |
| nuts | 7   |
`;

/** The same as plain text. */
export const PLAIN = `Plan

See the site (https://example.org/a?b=1&c=2) for more.

Parts

- screws
- nuts

1. first
2. second

Part\tCount
screws\t12
nuts\t7
`;

/** The same as a page. */
export const HTML_PAGE = `<!doctype html><html><head><title>no text</title><style>p{}</style><script>let no = 1;</script></head><body>
<h1>Plan</h1><p>See <a href="https://example.org/a?b=1&amp;c=2">the site</a> for <strong>more</strong>.</p>
<h2>Parts</h2><ul><li>screws</li><li>nuts</li></ul><ol><li>first</li><li>second</li></ol>
<table><thead><tr><th>Part</th><th>Count</th></tr></thead><tbody><tr><td>screws</td><td>12</td></tr><tr><td>nuts</td><td>7</td></tr></tbody></table>
</body></html>`;

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const HYPERLINK = `${R}/hyperlink`;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const ADDRESS = 'https://example.org/a?b=1&amp;c=2';

function rels(...items: readonly string[]): string {
  return `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
}

/** A Word document of the same, as Word writes it. */
function docx(): Buffer {
  const run = (text: string, props = ''): string => `<w:r>${props}<w:t xml:space="preserve">${text}</w:t></w:r>`;
  const paragraph = (content: string, props = ''): string => `<w:p><w:pPr>${props}</w:pPr>${content}</w:p>`;
  const style = (name: string): string => `<w:pStyle w:val="${name}"/>`;
  const item = (text: string, list: number): string =>
    paragraph(run(text), `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${list}"/></w:numPr>`);
  const row = (cells: readonly string[], props = ''): string =>
    `<w:tr>${props}${cells.map((cell) => `<w:tc>${paragraph(run(cell))}</w:tc>`).join('')}</w:tr>`;
  const body = [
    paragraph(run('Plan'), style('Heading1')),
    paragraph(
      `${run('See ')}<w:hyperlink r:id="rId9">${run('the site')}</w:hyperlink>${run(' for ')}${run('more', '<w:rPr><w:b/></w:rPr>')}${run('.')}`,
    ),
    paragraph(run('Parts'), style('Heading2')),
    item('screws', 1),
    item('nuts', 1),
    item('first', 2),
    item('second', 2),
    `<w:tbl>${row(['Part', 'Count'], '<w:trPr><w:tblHeader/></w:trPr>')}${row(['screws', '12'])}${row(['nuts', '7'])}</w:tbl>`,
  ].join('');
  const level = (format: string): string => `<w:lvl w:ilvl="0"><w:numFmt w:val="${format}"/></w:lvl>`;
  const styles = [1, 2]
    .map((n) => `<w:style w:type="paragraph" w:styleId="Heading${n}"><w:name w:val="heading ${n}"/></w:style>`)
    .join('');
  return zip([
    {
      name: '[Content_Types].xml',
      content: `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      content: rels(`<Relationship Id="rId1" Type="${R}/officeDocument" Target="word/document.xml"/>`),
    },
    {
      name: 'word/document.xml',
      content: `${XML}<w:document xmlns:w="${W}" xmlns:r="${R}"><w:body>${body}</w:body></w:document>`,
    },
    {
      name: 'word/_rels/document.xml.rels',
      content: rels(
        `<Relationship Id="rId9" Type="${HYPERLINK}" Target="${ADDRESS}" TargetMode="External"/>`,
        `<Relationship Id="rId2" Type="${R}/numbering" Target="numbering.xml"/>`,
        `<Relationship Id="rId3" Type="${R}/styles" Target="styles.xml"/>`,
      ),
    },
    { name: 'word/styles.xml', content: `${XML}<w:styles xmlns:w="${W}">${styles}</w:styles>` },
    {
      name: 'word/numbering.xml',
      content: `${XML}<w:numbering xmlns:w="${W}"><w:abstractNum w:abstractNumId="1">${level('bullet')}</w:abstractNum><w:abstractNum w:abstractNumId="2">${level('decimal')}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num></w:numbering>`,
    },
  ]);
}

/** An OpenDocument text of the same, as LibreOffice writes it. */
function odt(): Buffer {
  const cell = (text: string): string => `<table:table-cell><text:p>${text}</text:p></table:table-cell>`;
  const row = (...cells: readonly string[]): string => `<table:table-row>${cells.map(cell).join('')}</table:table-row>`;
  const list = (style: string, ...items: readonly string[]): string =>
    `<text:list text:style-name="${style}">${items.map((item) => `<text:list-item><text:p>${item}</text:p></text:list-item>`).join('')}</text:list>`;
  const content = `${XML}<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles><text:list-style style:name="L1"><text:list-level-style-bullet text:level="1"/></text:list-style><text:list-style style:name="L2"><text:list-level-style-number text:level="1"/></text:list-style></office:automatic-styles><office:body><office:text><text:h text:outline-level="1">Plan</text:h><text:p>See <text:a xlink:href="${ADDRESS}">the site</text:a> for <text:span>more</text:span>.</text:p><text:h text:outline-level="2">Parts</text:h>${list('L1', 'screws', 'nuts')}${list('L2', 'first', 'second')}<table:table><table:table-header-rows>${row('Part', 'Count')}</table:table-header-rows>${row('screws', '12')}${row('nuts', '7')}</table:table></office:text></office:body></office:document-content>`;
  return zip([
    { name: 'mimetype', content: 'application/vnd.oasis.opendocument.text' },
    { name: 'content.xml', content },
  ]);
}

/** A presentation of two slides. */
function pptx(): Buffer {
  const names = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${R}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;
  const line = (text: string, link = ''): string => `<a:p><a:r><a:rPr>${link}</a:rPr><a:t>${text}</a:t></a:r></a:p>`;
  const shape = (kind: string, ...lines: readonly string[]): string =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph${kind}/></p:nvPr></p:nvSpPr><p:txBody>${lines.join('')}</p:txBody></p:sp>`;
  const slide = (content: string): string =>
    `${XML}<p:sld ${names}><p:cSld><p:spTree>${content}</p:spTree></p:cSld></p:sld>`;
  const row = (...cells: readonly string[]): string =>
    `<a:tr>${cells.map((cell) => `<a:tc><a:txBody>${line(cell)}</a:txBody></a:tc>`).join('')}</a:tr>`;
  const table = `<p:graphicFrame><a:graphic><a:graphicData><a:tbl>${row('Part', 'Count')}${row('screws', '12')}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${type}" Target="${target}"/>`;
  return zip([
    {
      name: '[Content_Types].xml',
      content: `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    },
    {
      name: 'ppt/presentation.xml',
      content: `${XML}<p:presentation ${names}><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>`,
    },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      content: rels(
        relation('rId1', `${R}/slide`, 'slides/slide1.xml'),
        relation('rId2', `${R}/slide`, 'slides/slide2.xml'),
      ),
    },
    { name: 'ppt/slides/slide1.xml', content: slide(shape(' type="title"', line('Parts')) + table) },
    {
      name: 'ppt/slides/slide2.xml',
      content: slide(
        shape(' type="title"', line('Plan')) +
          shape(' idx="1"', line('screws &amp; nuts'), line('the site', '<a:hlinkClick r:id="rId5"/>')),
      ),
    },
    { name: 'ppt/slides/_rels/slide2.xml.rels', content: rels(relation('rId5', HYPERLINK, ADDRESS)) },
  ]);
}

/** Documents by their extension. */
export const documents: Readonly<Record<string, () => Buffer | string>> = {
  html: () => HTML_PAGE,
  docx,
  odt,
  pptx,
};

/** What becomes of those that do not say all of {@link MARKDOWN} and {@link PLAIN}. */
export const golden: Readonly<Record<string, { readonly markdown?: string; readonly text?: string }>> = {
  odt: { markdown: MARKDOWN.replace('**more**', 'more') },
  pptx: {
    markdown: `## Plan

-   screws & nuts
-   [the site](https://example.org/a?b=1&c=2)

## Parts

| Part | Count |
| --- | --- |
| screws | 12  |
`,
    text: `Plan

- screws & nuts
- the site (https://example.org/a?b=1&c=2)

Parts

Part\tCount
screws\t12
`,
  },
};
