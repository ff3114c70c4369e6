import type { Locator, Page } from '@playwright/test';
import { endlessPdf, lockedPdf, textPdf } from '../support/sample-pdfs.ts';
import { dropFile, expect, inspector, openScreen, row, test } from './fixtures.ts';

// A page is drawn in some milliseconds, but not on a machine that has more to do than this.
const eventually = { timeout: 30_000 };

async function open(page: Page, name: string, content: string | Buffer): Promise<Locator> {
  await dropFile(page, name, content);
  await row(page, 'Files', name).click();
  return inspector(page);
}

/** How many pixels of a page's picture are not white. */
function ink(canvas: Locator): Promise<number> {
  return canvas.evaluate(async (element: HTMLCanvasElement) => {
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [element.width, element.height];
    const context = copy.getContext('2d');
    context?.drawImage(element, 0, 0);
    const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] };
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 128) count += 1;
    return count;
  });
}

test.slow(); // the machine may be busy

test('[E35] the pages of a PDF are shown as pictures, those that are looked at', async ({ dashboard: page }) => {
  await openScreen(page, 'Files');
  const lines = Array.from({ length: 40 }, (_, n) => `Train ${n + 1}`);
  const pane = await open(page, 'timetable.pdf', textPdf(lines));
  const first = pane.getByRole('img', { name: 'Page 1 of 40' });
  await expect(first).toHaveAttribute('data-drawn', 'true', eventually);
  expect(await ink(first)).toBeGreaterThan(500);
  await expect(pane.getByRole('img', { name: 'Page 40 of 40' })).toHaveCount(0);
  await pane
    .getByRole('region', { name: 'Pages of timetable.pdf' })
    .evaluate((box) => (box.scrollTop = box.scrollHeight));
  await expect(pane.getByRole('img', { name: 'Page 40 of 40' })).toHaveAttribute('data-drawn', 'true', eventually);
  await expect(first).toHaveCount(0);
});

test('[E36] nothing in a PDF runs when it is shown, and it reaches no address', async ({ dashboard: page }) => {
  const asked: string[] = [];
  const dialogs: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await openScreen(page, 'Files');
  const script = (code: string) => `<< /S /JavaScript /JS (${code}) >>`;
  const alarm = script("app.alert\\('from the file'\\)");
  const pane = await open(
    page,
    'alarm.pdf',
    textPdf(['Alarm'], {
      catalogue: `/OpenAction ${alarm} /AA << /WC ${alarm} >> /Names << /JavaScript << /Names [(a) ${alarm}] >> >>`,
      page: `/AA << /O << /S /URI /URI (http://127.0.0.1:9/page) /Next ${alarm} >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (http://127.0.0.1:9/link) >> >>]`,
    }),
  );
  const picture = pane.getByRole('img', { name: 'Page 1 of 1' });
  await expect(picture).toHaveAttribute('data-drawn', 'true', eventually);
  await picture.click();
  expect(await ink(picture)).toBeGreaterThan(500);
  expect(dialogs).toEqual([]);
  const own = new URL(page.url()).origin;
  expect(asked.filter((url) => !url.startsWith(own) && !url.startsWith('blob:'))).toEqual([]);
  expect(page.context().pages()).toHaveLength(1);
  await expect(page.locator('iframe, object, embed')).toHaveCount(0);
});

test('[E37] a PDF that is damaged, locked or endless is offered as a download, and the desk goes on meanwhile', async ({
  dashboard: page,
}) => {
  await openScreen(page, 'Files');
  const damaged = await open(page, 'damaged.pdf', Buffer.from(`%PDF-1.4\n${'x'.repeat(2_000)}`));
  await expect(damaged.getByText('This PDF cannot be shown')).toBeVisible(eventually);
  await expect(damaged.getByRole('link', { name: 'Open in a tab' })).toHaveCount(0);
  const locked = await open(page, 'locked.pdf', lockedPdf());
  await expect(locked.getByText('This PDF has a password')).toBeVisible(eventually);
  await expect(locked.getByRole('link', { name: 'Download' }).first()).toBeVisible();

  const endless = await open(page, 'endless.pdf', endlessPdf());
  await expect(endless.getByRole('status', { name: 'Reading the PDF' })).toBeVisible();
  const longest = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let [last, most] = [performance.now(), 0];
        const timer = setInterval(() => {
          most = Math.max(most, performance.now() - last);
          last = performance.now();
        }, 10);
        setTimeout(() => {
          clearInterval(timer);
          resolve(most);
        }, 2_000);
      }),
  );
  // A page that read the file itself would stand still for all of the time; a busy machine does for a part.
  expect(longest).toBeLessThan(1_000);
  await expect(endless.getByText('This PDF takes too long')).toBeVisible(eventually);
});
