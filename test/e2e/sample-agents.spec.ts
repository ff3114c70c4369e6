import { dropFile, expect, openScreen, row, test } from './fixtures.ts';

const names = ['sample-sse', 'sample-streamable', 'sample-stateless'];

test('[E2] one click on the empty Overview starts an agent on each wire; each adds its section to the report on a dropped file', async ({
  dashboard,
}) => {
  await dashboard.getByRole('button', { name: 'Start the sample agents' }).click();
  for (const name of names) await expect(row(dashboard, 'Agents', name)).toBeVisible();
  await dropFile(dashboard, 'timetable.txt', '06:12 north\n06:47 south\n');

  await openScreen(dashboard, 'Files');
  await row(dashboard, 'Files', 'reports').click();
  await row(dashboard, 'Files in reports', 'timetable.txt.md').dblclick();
  const report = dashboard.getByRole('region', { name: 'Text of timetable.txt.md' });
  for (const name of names) await expect(report.getByRole('heading', { name })).toBeVisible();
  await expect(report).toContainText('text.lines: 2');

  // The dropped file's receipts: who was notified, got it, and did what because of it.
  await dashboard.getByRole('navigation', { name: 'Folder' }).getByRole('button', { name: 'default' }).click();
  await row(dashboard, 'Files', 'timetable.txt').dblclick();
  const about = dashboard.getByRole('complementary', { name: 'About this file' });
  await expect(about.getByLabel('Receipts in short')).toHaveText(/3\/3.*notified.*3\/3.*received.*3\/3.*reacted/u);
  for (const name of names) {
    const receipt = about
      .getByRole('list', { name: 'Receipts', exact: true })
      .locator('> li')
      .filter({ hasText: name });
    for (const step of ['Notified', 'Received', 'asked for an extract of timetable.txt', 'reports/timetable.txt.md']) {
      await expect(receipt).toContainText(step);
    }
  }
});

test('[E3] the sample agents end at the stop button, and their keys with them', async ({ hub, dashboard }) => {
  await dashboard.getByRole('button', { name: 'Start the sample agents' }).click();
  for (const name of names) await expect(row(dashboard, 'Agents', name)).toBeVisible();
  await openScreen(dashboard, 'Settings');
  await dashboard.getByRole('button', { name: 'Stop the sample agents' }).click();
  await expect(dashboard.getByRole('button', { name: 'Start the sample agents' })).toBeVisible();
  await openScreen(dashboard, 'Overview');
  await expect(dashboard.getByText('No agent is connected')).toBeVisible();
  await expect(dashboard.getByRole('button', { name: 'Start the sample agents' })).toBeVisible();
  const { stdout } = await hub.cli('keys', 'list');
  for (const name of names) {
    expect(stdout.split('\n').find((line) => line.includes(name)) ?? stdout).toContain('revoked');
  }
});
