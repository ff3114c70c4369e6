// Keeps the indexes of workspaces: writes them, and answers questions from them. See indexer.ts.
import { mkdirSync, readdirSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { toWire } from '../../protocol/errors.ts';
import { openLogReader } from '../log/schema.ts';
import type { FromIndex, IndexThreadData, ToIndex } from './index-messages.ts';
import { removeIndex } from './index-schema.ts';
import { Indexes } from './indexes.ts';

if (parentPort) {
  const port = parentPort;
  const { folder, logFile, workspaces } = workerData as IndexThreadData;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Of workspaces that were switched off, or deleted, while no thread ran.
  for (const name of readdirSync(folder)) {
    const workspace = /^(wsp_\w+)\.db/u.exec(name)?.[1];
    if (workspace !== undefined && !workspaces.includes(workspace)) removeIndex(folder, workspace);
  }
  const log = openLogReader(logFile);
  const tell = (message: FromIndex): void => port.postMessage(message);
  const indexes = new Indexes({
    folder,
    log,
    onNews: (workspace, news) => tell({ kind: 'status', workspace, ...news }),
  });
  port.on('message', (message: ToIndex) => {
    if (message.name === 'close') {
      indexes.close();
      log.close();
      port.close();
      return;
    }
    const { id } = message;
    void indexes.answer(message).then(
      (answer) => tell({ kind: 'answer', id, answer }),
      (error: unknown) => tell({ kind: 'unanswered', id, error: toWire(error) }),
    );
  });
}
