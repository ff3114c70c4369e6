import type { StoredEvent } from '../../protocol/events.ts';
import type { Hub } from '../hub.ts';
import type { FileEvent } from '../rules/file-records.ts';
import { STORED_COLUMNS, storedEvent } from '../log/stored-events.ts';

/** A range of seqs in the log. */
export interface SeqRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

/** A tool call of a session, reduced to what is quick to read. */
export interface SessionCall {
  readonly seq: number;
  readonly session: string;
  readonly cause: string | number;
}

/** What the log has about files and what sessions did about them. Answers only what is on disk. */
export class FileEvents {
  readonly #hub: Pick<Hub, 'reader'>;

  constructor(hub: Pick<Hub, 'reader'>) {
    this.#hub = hub;
  }

  /** The events of a file in a range of seqs, oldest first. */
  ofFile({ after, upTo }: SeqRange, fileId: string): readonly FileEvent[] {
    return this.#hub.reader
      .prepare(
        `SELECT ${STORED_COLUMNS} FROM events e NOT INDEXED
         WHERE e.seq BETWEEN ? AND ? AND e.type GLOB 'file.*' AND instr(e.body, ?) ORDER BY e.seq`,
      )
      .all(after + 1, upTo, JSON.stringify(fileId))
      .map((row) => storedEvent(row) as StoredEvent & FileEvent)
      .filter((event) => event.fileId === fileId);
  }

  /**
   * Candidates for reactions of sessions to a file in a range of seqs: all events except tool calls whose
   * text has the file's id or one of its paths, and all events of jobs. The caller checks them. Oldest first.
   */
  naming(
    { after, upTo }: SeqRange,
    { fileId, paths }: { readonly fileId: string; readonly paths: readonly string[] },
  ): readonly StoredEvent[] {
    const texts = [JSON.stringify(fileId), ...paths.map((path) => JSON.stringify(path).slice(1, -1))];
    // Read by seq: the index of types cannot limit a range.
    return this.#hub.reader
      .prepare(
        `SELECT ${STORED_COLUMNS} FROM events e NOT INDEXED
         WHERE e.seq BETWEEN ? AND ? AND e.session IS NOT NULL AND e.type <> 'tool.called'
           AND (e.type GLOB 'job.*' OR EXISTS (SELECT 1 FROM json_each(?) t WHERE instr(e.body, t.value))) ORDER BY e.seq`,
      )
      .all(after + 1, upTo, JSON.stringify(texts))
      .map(storedEvent);
  }

  /** The tool calls of all sessions in a range of seqs, oldest first. */
  callsIn({ after, upTo }: SeqRange): readonly SessionCall[] {
    return this.#hub.reader
      .prepare(
        `SELECT seq, session, cause FROM events NOT INDEXED
         WHERE seq BETWEEN ? AND ? AND type = 'tool.called' AND session IS NOT NULL AND cause IS NOT NULL ORDER BY seq`,
      )
      .all(after + 1, upTo)
      .map(({ seq, session, cause }) => ({
        seq: Number(seq),
        session: String(session),
        cause: typeof cause === 'string' ? cause : Number(cause),
      }));
  }

  /** The events with these seqs. */
  at(seqs: readonly number[]): readonly StoredEvent[] {
    return this.#hub.reader
      .prepare(`SELECT ${STORED_COLUMNS} FROM json_each(?) j CROSS JOIN events e ON e.seq = j.value`)
      .all(JSON.stringify(seqs))
      .map(storedEvent);
  }
}
