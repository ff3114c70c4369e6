import type { Page } from '@playwright/test';
import { dropFile, expect, inspector, openScreen, row, test } from './fixtures.ts';

const RUN = "document.documentElement.dataset.ran='yes';alert('from the file');fetch('http://127.0.0.1:9/fetch')";
const OUT = 'http://127.0.0.1:9';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60" onload="${RUN}">
<script>${RUN}</script><image xlink:href="${OUT}/picture.png" width="9" height="9"/>
<foreignObject width="50" height="50"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${OUT}/frame"/></foreignObject>
<rect width="90" height="60" fill="teal"><animate attributeName="x" onbegin="${RUN}" dur="1s"/></rect></svg>`;
const HTML = `<!doctype html><meta http-equiv="refresh" content="0;url=${OUT}/refresh"><script>${RUN}</script>
<link rel="stylesheet" href="${OUT}/style.css"><img src="${OUT}/picture.png" onerror="${RUN}"><iframe src="${OUT}/frame"></iframe>
<form id="f" action="${OUT}/form"><input autofocus onfocus="${RUN}"></form><script>f.submit()</script><p>A page of an agent</p>`;
const XML = `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${OUT}/style.xsl"?>
<!DOCTYPE a [<!ENTITY e SYSTEM "${OUT}/entity">]><a><script xmlns="http://www.w3.org/1999/xhtml">${RUN}</script><b>&e;An XML of an agent</b></a>`;
const XHTML = `<html xmlns="http://www.w3.org/1999/xhtml"><body onload="${RUN}"><script>${RUN}</script>An XHTML of an agent</body></html>`;
const MARKDOWN = `# A note of an agent\n\n<script>${RUN}</script>\n<img src=x onerror="${RUN}">\n![](${OUT}/picture.png)\n[go](javascript:${encodeURIComponent(RUN)})\n`;
/** The head of a ZIP whose first entry is stored and empty. */
const ZIP = Buffer.from('504b0304140000000000000000000000000000000000000000000100000061', 'hex');

/** What the page asked for beyond the hub, and which dialogs it opened. */
function watch(page: Page, origin: string): { readonly asked: string[]; readonly dialogs: string[] } {
  const seen = { asked: [] as string[], dialogs: [] as string[] };
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('blob:')) seen.asked.push(request.url());
  });
  page.on('dialog', (dialog) => {
    seen.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return seen;
}

const texts: Readonly<Record<string, readonly [string, string]>> = {
  'page.html': [HTML, 'A page of an agent'],
  'page.xhtml': [XHTML, 'An XHTML of an agent'],
  'data.xml': [XML, 'An XML of an agent'],
  'note.md': [MARKDOWN, 'A note of an agent'],
  'code.js': [RUN, 'from the file'],
};
const offices = ['letter.docx', 'table.xlsx', 'slides.pptx', 'letter.odt'];

test('[E41] a drawing, a page, XML, Markdown, code and office files run nothing where they are shown', async ({
  dashboard: page,
}) => {
  const seen = watch(page, new URL(page.url()).origin);
  const pane = inspector(page);
  const open = async (name: string, content: string | Buffer) => {
    await dropFile(page, name, content);
    await row(page, 'Files', name).click();
  };
  await openScreen(page, 'Files');
  await open('drawing.svg', SVG);
  const drawing = pane.getByRole('img', { name: 'drawing.svg' });
  await expect.poll(async () => await drawing.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(90);
  for (const [name, [content, words]] of Object.entries(texts)) {
    await open(name, content);
    await expect(pane.getByRole('region', { name: `Text of ${name}` })).toContainText(words);
  }
  for (const name of offices) {
    await open(name, ZIP);
    await expect(pane.getByText('No preview')).toBeVisible();
    await expect(pane.getByRole('link', { name: 'Download' }).last()).toHaveAttribute('download', name);
  }
  await expect(page.locator('iframe, object, embed')).toHaveCount(0);
  expect(await page.evaluate(() => document.documentElement.dataset['ran'])).toBeUndefined();
  expect(seen).toEqual({ asked: [], dialogs: [] });
});

test('[E41] so they do in a tab of their own', async ({ dashboard: page }) => {
  const origin = new URL(page.url()).origin;
  await openScreen(page, 'Files');
  const files = { ...texts, 'drawing.svg': [SVG, ''] as const };
  for (const [name, [content]] of Object.entries(files)) {
    await dropFile(page, name, content);
    await expect(row(page, 'Files', name)).toBeVisible();
  }
  const tab = await page.context().newPage();
  const seen = watch(tab, origin);
  for (const [name, [, words]] of Object.entries(files)) {
    const answer = await tab.goto(`${origin}/files/default/${name}`);
    expect(answer?.headers()['content-security-policy']).toMatch(/^sandbox; default-src 'none'/u);
    expect(await answer?.text()).toContain(words);
    expect(await tab.evaluate(() => document.documentElement.dataset?.['ran'])).toBeUndefined();
    expect(tab.url()).toBe(`${origin}/files/default/${name}`);
  }
  expect(seen).toEqual({ asked: [], dialogs: [] });
});
