import type { Worker } from 'node:worker_threads';
import type { HubState } from '../../protocol/state.ts';
import type { ContentRow } from '../disk/content-rows.ts';
import { contentsIn } from './content-table.ts';
import type { Db } from './db.ts';
import { damaged, explained, logFile, openLogDb, openLogReader, readMeta } from './schema.ts';
import { loadReplica } from './snapshots.ts';
import { endWriter, openWriter, startWriter } from './start-writer.ts';
import { mustBeWhole } from './whole-file.ts';

export interface SqliteLogOptions {
  readonly dataDir: string;
  /** Events between two stored snapshots of the state; 4,096 by default. */
  readonly snapshotEvery?: number;
  /** Starts the thread that writes the log; see {@link startWriterAhead}. */
  readonly startWriter?: () => Worker;
  /** Tests only: see the writer's option of this name. */
  readonly pageLimit?: Int32Array;
  /** Tests only: if 1, the thread ends between its next commit and reporting it. */
  readonly endAfterCommit?: Int32Array;
}

/** A log that was opened, with the thread that writes it. */
export interface OpenedLog {
  readonly file: string;
  readonly worker: Worker;
  readonly reader: Db;
  /** The fold of its events. */
  readonly state: HubState;
  /** Contents that have no files yet. */
  readonly left: readonly ContentRow[];
}

/** Opens and folds the log of a data directory, see {@link SqliteLog.open}. On an error nothing stays open. */
export async function openLog(options: SqliteLogOptions): Promise<OpenedLog> {
  const file = logFile(options.dataDir);
  // The thread starts up while this one makes the tables and folds the log.
  const worker = (options.startWriter ?? startWriter)();
  try {
    mustBeWhole(file);
    const setup = openLogDb(file);
    const reader = openLogReader(file);
    // The reader keeps the file open. Otherwise closing `setup` would copy the whole write-ahead log into
    // the database; after a crash that takes a quarter of a second.
    const id = explained(file, () => readMeta(reader, 'log_id'));
    setup.close();
    try {
      if (id === undefined) throw damaged(file, 'the id of the log is missing');
      const opened = openWriter(worker, file, options);
      opened.catch(() => undefined); // awaited below, unless this thread finds the same fault first
      const { state } = loadReplica(reader, file);
      const left = explained(file, () => [...contentsIn(reader)]);
      await opened;
      return { file, worker, reader, state, left };
    } catch (error) {
      reader.close();
      throw error;
    }
  } catch (error) {
    await endWriter(worker, 'end');
    throw error;
  }
}
