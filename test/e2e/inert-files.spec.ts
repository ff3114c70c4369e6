import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { dropFile, expect, inspector, openScreen, row, test as base } from './fixtures.ts';

/** Files that try to run something and to reach `out`, each with words that are in it. */
function hostile(out: string): Readonly<Record<string, readonly [content: string, words: string]>> {
  const run = `document.documentElement.dataset.ran='yes';alert('from the file');fetch('${out}/fetch')`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60" onload="${run}">
<script>${run}</script><image xlink:href="${out}/picture.png" width="9" height="9"/>
<foreignObject width="50" height="50"><iframe xmlns="http://www.w3.org/1999/xhtml" src="${out}/frame"/></foreignObject>
<rect width="90" height="60" fill="teal"><animate attributeName="x" onbegin="${run}" dur="1s"/></rect></svg>`;
  const html = `<!doctype html><meta http-equiv="refresh" content="0;url=${out}/refresh"><script>${run}</script>
<link rel="stylesheet" href="${out}/style.css"><img src="${out}/picture.png" onerror="${run}"><iframe src="${out}/frame"></iframe>
<form id="f" action="${out}/form"><input autofocus onfocus="${run}"></form><script>f.submit()</script><p>A page of an agent</p>`;
  const xml = `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${out}/style.xsl"?>
<!DOCTYPE a [<!ENTITY e SYSTEM "${out}/entity">]><a><script xmlns="http://www.w3.org/1999/xhtml">${run}</script><b>&e;An XML of an agent</b></a>`;
  const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><body onload="${run}"><script>${run}</script>An XHTML of an agent</body></html>`;
  const markdown = `# A note of an agent\n\n<script>${run}</script>\n<img src=x onerror="${run}">\n![](${out}/picture.png)\n[go](javascript:${encodeURIComponent(run)})\n`;
  return {
    'drawing.svg': [svg, 'fill="teal"'],
    'page.html': [html, 'A page of an agent'],
    'page.xhtml': [xhtml, 'An XHTML of an agent'],
    'data.xml': [xml, 'An XML of an agent'],
    'note.md': [markdown, 'A note of an agent'],
    'code.js': [run, 'from the file'],
  };
}
/** The head of a ZIP whose first entry is stored and empty. */
const ZIP = Buffer.from('504b0304140000000000000000000000000000000000000000000100000061', 'hex');

const test = base.extend<{ outside: { readonly url: string; readonly asked: string[] } }>({
  /** A server that files would like to reach, and what it was asked for. */
  outside: async ({}, use) => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked });
    server.close();
  },
});

/** The dialogs that a page opens; they are dismissed. */
function dialogsOf(page: Page): readonly string[] {
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  return dialogs;
}

const offices = ['letter.docx', 'table.xlsx', 'slides.pptx', 'letter.odt'];

test('[E41] a drawing, a page, XML, Markdown, code and office files run nothing where they are shown', async ({
  dashboard: page,
  outside,
}) => {
  const dialogs = dialogsOf(page);
  const pane = inspector(page);
  const open = async (name: string, content: string | Buffer) => {
    await dropFile(page, name, content);
    await row(page, 'Files', name).click();
  };
  await openScreen(page, 'Files');
  const { 'drawing.svg': drawn, ...texts } = hostile(outside.url);
  await open('drawing.svg', drawn?.[0] ?? '');
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
  expect(outside.asked).toEqual([]);
  expect(dialogs).toEqual([]);
});

test('[E41] so they do in a tab of their own', async ({ dashboard: page, outside }) => {
  const origin = new URL(page.url()).origin;
  await openScreen(page, 'Files');
  const files = hostile(outside.url);
  for (const [name, [content]] of Object.entries(files)) {
    await dropFile(page, name, content);
    await expect(row(page, 'Files', name)).toBeVisible();
  }
  const tab = await page.context().newPage();
  const dialogs = dialogsOf(tab);
  for (const [name, [, words]] of Object.entries(files)) {
    const answer = await tab.goto(`${origin}/files/default/${name}`);
    expect(answer?.headers()['content-security-policy']).toMatch(/^sandbox; default-src 'none'/u);
    expect(await answer?.text()).toContain(words);
    // An XML whose style sheet is not loaded is an empty document.
    const root = await tab.evaluate(() => document.querySelector('[data-ran]')?.outerHTML);
    expect(root).toBeUndefined();
    expect(tab.url()).toBe(`${origin}/files/default/${name}`);
  }
  expect(outside.asked).toEqual([]);
  expect(dialogs).toEqual([]);
});
