import { dropFile, expect, openScreen, row, test } from './fixtures.ts';
import { textPdf } from '../support/sample-pdfs.ts';

const runbook = `# Runbook

${'Some words to scroll over.\n\n'.repeat(120)}
## Night desk

The night desk is called at extension 4711.
`;

test('[KN21] a workspace is indexed, seen to be read, asked, and its citation opens the version at the passage', async ({
  hub,
  dashboard: page,
}) => {
  const agent = await hub.connect('writer', 'sse');
  await agent.call('file_write', { path: 'ops/runbook.md', text: runbook });
  await dropFile(page, 'plan.pdf', textPdf(['Page one', 'Two couplings']));
  await agent.notified((event) => event.type === 'file.written' && event.path === 'plan.pdf');
  await openScreen(page, 'Knowledge');
  await expect(page.getByText('the hub reads 2 files')).toBeVisible();
  await page.getByRole('button', { name: 'Index this workspace' }).click();
  await expect(row(page, 'Files in the index', 'runbook.md')).toContainText('indexed');
  await expect(row(page, 'Files in the index', 'plan.pdf')).toContainText('indexed');
  await expect(page.getByText(/^ready: 2 files, \d+ passages, 2 pages$/u)).toBeVisible();

  // A newer version does not move what was cited.
  const question = page.getByRole('textbox', { name: 'Question' });
  await question.fill('How is the night desk called?');
  await question.press('Enter');
  const citations = page.getByRole('list', { name: 'Citations' });
  await expect(citations).toContainText('The night desk is called at extension 4711.');
  await agent.call('file_write', { path: 'ops/runbook.md', text: 'All is new.\n' });
  await citations.getByRole('button', { name: /^Open ops\/runbook\.md, version 1, line \d+$/u }).click();
  await expect(page.getByText('version 1 of 2')).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'Cited passage' })).toContainText('extension 4711');
  const marked = page.getByRole('region', { name: 'Text of runbook.md' }).locator('[data-marked]');
  await expect(marked).toContainText('The night desk is called at extension 4711.');
  await expect(marked).toBeInViewport();

  await openScreen(page, 'Knowledge');
  await question.fill('Who won the football match?');
  await question.press('Enter');
  await expect(page.getByText('Nothing in this workspace answers that.')).toBeVisible();
  await question.fill('couplings');
  await question.press('Enter');
  await citations.getByRole('button', { name: 'Open plan.pdf, version 1, page 2' }).click();
  await expect(page.getByRole('img', { name: 'Page 2 of 2' })).toBeInViewport();

  await openScreen(page, 'Knowledge');
  await page.getByRole('switch', { name: 'Indexed' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the index' }).click();
  await expect(page.getByRole('button', { name: 'Index this workspace' })).toBeVisible();
});
