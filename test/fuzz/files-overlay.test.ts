import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { copyFile, moveFile } from '../../src/hub/rules/file-copies.ts';
import { deleteFile, restoreFile, writeFile } from '../../src/hub/rules/files.ts';
import { createWorkspace } from '../../src/hub/rules/workspaces.ts';
import { HubError } from '../../src/protocol/errors.ts';
import type { FileRecord } from '../../src/protocol/records.ts';
import { human, openTestHub } from '../support/open-hub.ts';
import { listFiles, listFolder, listVersions } from '../../src/hub/files/file-queries.ts';

const t = await openTestHub();
afterAll(() => t.dispose());

const path = fc.constantFrom('a', 'b', 'd/a', 'd/b', 'd/e/a');
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), path, sizeBytes: fc.nat(20) }) },
  fc.record({ kind: fc.constant('copy' as const), from: path, to: path, overwrite: fc.boolean() }),
  fc.record({ kind: fc.constant('move' as const), from: path, to: path, overwrite: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), path, purge: fc.boolean() }),
  fc.record({ kind: fc.constant('restore' as const), path, version: fc.integer({ min: 1, max: 4 }) }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);

test('[FI21] what decisions see of files not yet on disk is what the disk has afterwards', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const { hub } = t;
      const { workspace } = await hub.execute(createWorkspace, { name: `w${(round += 1)}` }, human);
      for (const one of commands) {
        try {
          switch (one.kind) {
            case 'write': {
              const content = {
                sha256: String(one.sizeBytes).padStart(64, '0'),
                mime: 'text/plain',
                source: 'tool' as const,
              };
              hub.commit(writeFile, { workspace, path: one.path, sizeBytes: one.sizeBytes, ...content }, human);
              break;
            }
            case 'copy':
              hub.commit(copyFile, { workspace, ...one }, human);
              break;
            case 'move':
              hub.commit(moveFile, { workspace, ...one }, human);
              break;
            case 'delete':
              hub.commit(deleteFile, { workspace, ...one }, human);
              break;
            case 'restore':
              hub.commit(restoreFile, { workspace, ...one }, human);
              break;
            case 'settle':
              await hub.durable();
              break;
            default:
              one satisfies never;
          }
        } catch (error) {
          if (!(error instanceof HubError)) throw error;
        }
      }
      const paths = ['a', 'b', 'd/a', 'd/b', 'd/e/a'];
      const look = () => {
        const files = paths.map((one) => hub.files.byPath(workspace, one));
        return files.map(
          (file) =>
            file && { file, kept: hub.files.keptBytes(file.id), contents: hub.files.contentsOf(file.id).sort() },
        );
      };
      const before = look();
      await hub.durable();
      expect(look()).toEqual(before);

      // The projection, the counters of the shared state, and the folders agree with one another.
      const db = hub.reader;
      const there = listFiles(db, workspace, { limit: 1000 }).items;
      const gone = listFiles(db, workspace, { limit: 1000, deleted: true }).items;
      const kept = [...there, ...gone].flatMap(({ id }) => listVersions(db, id, { limit: 1000 }).items);
      expect(hub.state.workspaces.get(workspace)).toMatchObject({
        fileCount: there.length,
        usedBytes: kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      });
      expect(new Set(there.map((file) => file.path)).size).toBe(there.length);
      const below = there.filter((file: FileRecord) => file.path.startsWith('d/'));
      const folders = listFolder(db, workspace, '', {}).folders;
      const sizeBytes = below.reduce((sum, file) => sum + file.sizeBytes, 0);
      expect(folders).toEqual(below.length === 0 ? [] : [{ name: 'd', fileCount: below.length, sizeBytes }]);
      for (const file of there) expect(hub.files.byPath(workspace, file.path)).toEqual(file);
    }),
    { numRuns: 60 },
  );
});
