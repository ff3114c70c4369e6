import type { DatabaseSync } from 'node:sqlite';
import { FRAME_COLUMNS } from './frame-columns.ts';

export type FrameStatements = ReturnType<typeof frameStatements>;

/** What writes frames, prepared once. */
export function frameStatements(db: DatabaseSync) {
  const marks = FRAME_COLUMNS.split(', ').fill('?').join(', ');
  return {
    insert: db.prepare(`INSERT INTO frames (${FRAME_COLUMNS}) VALUES (${marks})`),
    insertBody: db.prepare('INSERT OR REPLACE INTO bodies (id, size, bytes, file, suffix) VALUES (?, ?, ?, ?, ?)'),
    insertHead: db.prepare('INSERT INTO heads (n, request, response, masked) VALUES (?, ?, ?, ?)'),
    answerHead: db.prepare('UPDATE heads SET response = ?, masked = masked + ? WHERE n = ?'),
    endExchange: db.prepare(
      `UPDATE frames SET wire = coalesce(?, wire), session = coalesce(?, session), key = coalesce(?, key),
       agent = coalesce(?, agent), status = coalesce(?, status), outcome = ?, code = coalesce(?, code),
       latency = coalesce(?, latency), masked = masked + ?, body = coalesce(?, body) WHERE n = ?`,
    ),
    endRequest: db.prepare('UPDATE frames SET pair = ?, latency = ?, outcome = ?, code = ? WHERE n = ?'),
    dropFrame: db.prepare('DELETE FROM frames WHERE n = ?'),
    dropHead: db.prepare('DELETE FROM heads WHERE n = ?'),
    dropBody: db.prepare('DELETE FROM bodies WHERE id = ?'),
    setLast: db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('last', ?)"),
  };
}
