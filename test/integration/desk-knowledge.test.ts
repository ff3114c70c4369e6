import { expect, test } from 'vitest';
import { connectDashboard } from '../support/dashboard-client.ts';
import { untilReady } from '../support/indexed.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub } from '../support/start-test-hub.ts';

test('[KN21] the desk says what would be read, switches the index, lists files and asks', async () => {
  const hub = await startTestHub();
  try {
    const { workspace } = hub;
    const put = (path: string, text: string): Promise<unknown> =>
      hub.server.files.write(human, { workspace, path, content: Buffer.from(text), source: 'upload' });
    await put('a.md', '# Lamps\n\nThe green lamp means go.\n');
    await put('b.txt', 'plain words');
    const { api } = await connectDashboard(hub.server.url, { authorization: `Bearer ${hub.server.adminToken}` });
    expect(await api.knowledgePlan({ workspace })).toMatchObject({
      files: 2,
      kinds: [
        { mime: 'text/markdown', files: 1 },
        { mime: 'text/plain', files: 1, sizeBytes: 11 },
      ],
    });
    expect(await api.knowledgeStatus({ workspace })).toMatchObject({ state: 'off' });
    const ready = untilReady(hub.server.hub, workspace);
    await api.workspaceUpdate({ workspace, intelligence: true });
    await ready;
    expect(await api.knowledgeFiles({ workspace, state: 'indexed' })).toMatchObject({
      items: [{ path: 'a.md', state: 'indexed' }, { path: 'b.txt' }],
    });
    expect(
      await api.knowledgeAsk({ workspace, question: 'What does the green lamp mean?', paths: ['a.md'] }),
    ).toMatchObject({
      by: 'quotes',
      citations: [{ number: 1, path: 'a.md', version: 1, quote: 'The green lamp means go.', place: { lines: [3, 3] } }],
    });
    expect((await hub.server.hub.audit.page({ types: ['workspace.updated'], limit: 1 })).items[0]).toMatchObject({
      intelligence: true,
      actor: { kind: 'human' },
    });
  } finally {
    await hub.close();
  }
});
