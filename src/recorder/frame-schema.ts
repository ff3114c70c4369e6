/** Version of the tables below; kept in `PRAGMA user_version`. */
export const RECORDER_FORMAT = 2;

const BLOCKS = 'CREATE TABLE blocks (block INTEGER PRIMARY KEY, facts BLOB NOT NULL)';

/**
 * The recorder's tables.
 *
 * `frames.n` is a frame's place: it grows over all launches. `launches.base` is the place before the first frame of a
 * launch, so that an id of that launch and a place are made of each other. `exchange` and `pair` are places.
 *
 * `session`, `key`, `agent`, `workspace`, `method`, `tool` and `subject` are ids in `names`; an agent is named by
 * `agentId` (`key_…/name`). `wire`, `direction` (0 in, 1 out), `kind` and `outcome` are places in the lists of
 * `src/protocol/frame-record.ts`. `rpc` and `code` are numbers or texts, as they were sent.
 *
 * `body` is the row of `bodies`: of a message that went to many streams one for all of them, else twice the frame's own
 * place. An exchange has its request's body there, and its answer's in the row after that one. `file` names the file
 * with the whole body, where `bytes` is only its beginning. `suffix` ends the event id of a body that went to many streams:
 * `<session>.<suffix>`.
 *
 * A row with `streams` stands for frames with places from `n` on, of one body that was sent to many streams: all have
 * the row's columns, and their own exchange, session, key, agent and wire in there (streams.ts). No other row lies
 * between its places.
 *
 * `blocks` has what block-facts.ts found out about the frames of a block of places.
 */
export const SCHEMA: readonly string[] = [
  `CREATE TABLE frames (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, elapsed REAL NOT NULL,
    kind INTEGER NOT NULL, direction INTEGER NOT NULL, wire INTEGER,
    exchange INTEGER, session INTEGER, key INTEGER, agent INTEGER, workspace INTEGER,
    method INTEGER, tool INTEGER, subject INTEGER, rpc, status INTEGER,
    outcome INTEGER NOT NULL, code, size INTEGER NOT NULL, pair INTEGER, latency REAL, seq INTEGER, event_id TEXT,
    masked INTEGER NOT NULL, body INTEGER, dropped INTEGER, streams BLOB)`,
  'CREATE INDEX frames_shared ON frames (body) WHERE body < 2 * n',
  'CREATE TABLE heads (n INTEGER PRIMARY KEY, request TEXT, response TEXT, masked INTEGER NOT NULL)',
  'CREATE TABLE bodies (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB NOT NULL, file TEXT, suffix TEXT)',
  'CREATE INDEX bodies_files ON bodies (size) WHERE file IS NOT NULL',
  BLOCKS,
  'CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)',
  'CREATE TABLE launches (launch TEXT PRIMARY KEY, base INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID',
  'CREATE TABLE pins (n INTEGER PRIMARY KEY, at REAL NOT NULL)',
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID',
];

/** What makes tables of an older format to those of the next one, by the format that they have. */
export const STEPS: Readonly<Record<number, readonly string[]>> = {
  1: ['ALTER TABLE frames ADD COLUMN streams BLOB', 'DROP INDEX frames_session', BLOCKS],
};
