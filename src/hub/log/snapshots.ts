import { hash } from 'node:crypto';
import type { HubEvent } from '../../protocol/events.ts';
import { fromSnapshot, takeSnapshot, type StateSnapshot } from '../../protocol/snapshot.ts';
import { applyEvent } from '../../protocol/apply-event.ts';
import type { HubState } from '../../protocol/state.ts';
import { STATE_VERSION } from '../../protocol/version.ts';
import { endStart, logStart, mustHaveItsBase } from './base.ts';
import { chainHash, GENESIS_HASH } from './chain.ts';
import { cutSeq, readCut } from './cut.ts';
import { transact, type Db } from './db.ts';
import { corrupt, explained, isDamage } from './schema.ts';
import { readRows, rowsAfter } from './stored-events.ts';

/** A state, and the hash of its last event. */
export interface HashedState {
  readonly state: HubState;
  readonly hash: string;
}

/** Earlier snapshots that are kept at most, from which states of the past are made. */
const MOST_EARLIER_SNAPSHOTS = 32;
/** Events between two earlier snapshots, at least. */
const LEAST_SPACING = 16_384;

/**
 * Stores the state, so that a start replays only later events. The previous snapshot is kept too, and some earlier ones
 * at even distances, which grow with the log.
 */
export function storeSnapshot(db: Db, { state, hash: head }: HashedState): void {
  const text = JSON.stringify(takeSnapshot(state));
  transact(db, () => {
    db.prepare('INSERT OR REPLACE INTO snapshots (seq, hash, version, digest, state) VALUES (?, ?, ?, ?, ?)').run(
      state.seq,
      head,
      STATE_VERSION,
      digestOf(state.seq, head, text),
      text,
    );
    db.exec(`DELETE FROM snapshots WHERE seq NOT IN (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 2)
      AND (seq < ${LEAST_SPACING} OR seq NOT IN (SELECT min(seq) FROM snapshots GROUP BY seq / ${spacingAt(state.seq)}))`);
  });
}

/** Twice as far apart whenever the log has become twice as long: what is kept then was kept before. */
function spacingAt(seq: number): number {
  let spacing = LEAST_SPACING;
  while (seq / spacing > MOST_EARLIER_SNAPSHOTS) spacing *= 2;
  return spacing;
}

/**
 * The state at the end of the log: the newest sound snapshot, or what removed events had made, plus the events after
 * it, whose hashes are checked on the way. Throws `log_corrupt` with the first bad seq.
 */
export function loadReplica(db: Db, file: string): HashedState {
  const { state, hash: from } = explained(file, () => {
    mustHaveItsBase(db);
    return newestSnapshot(db) ?? beginning(db);
  });
  let head = from;
  explained(
    file,
    () => {
      for (const { seq, json, hash: rowHash } of rowsAfter(db, state.seq)) {
        const problem = chainProblem(seq, json, rowHash, state.seq + 1, head);
        if (problem !== undefined) throw corrupt(file, state.seq + 1, problem);
        applyEvent(state, JSON.parse(json) as HubEvent);
        head = rowHash;
      }
      const cut = cutOffAfter(db, state.seq);
      if (cut !== undefined) throw corrupt(file, state.seq + 1, cut);
    },
    () => state.seq + 1,
  );
  return { state, hash: head };
}

function beginning(db: Db): HashedState {
  const start = logStart(db);
  endStart(start);
  return start;
}

/** What is wrong with an event at its place in the chain; undefined if nothing. */
export function chainProblem(
  seq: number,
  json: string,
  hash: string,
  expectedSeq: number,
  prevHash: string,
): string | undefined {
  if (seq !== expectedSeq) return `event ${expectedSeq} is missing; the next one there is ${seq}.`;
  if (chainHash(prevHash, json) !== hash) return 'its hash does not match its content and the event before.';
  let parsed: { seq?: unknown } | null;
  try {
    parsed = JSON.parse(json) as typeof parsed;
  } catch {
    return 'its content is not JSON.';
  }
  return parsed?.seq === seq ? undefined : 'its content carries another number.';
}

/** What is wrong with a log that ends with this event; undefined if nothing. */
export function cutOffAfter(db: Db, lastSeq: number): string | undefined {
  const seq = Number(db.prepare('SELECT max(seq) AS seq FROM snapshots').get()?.['seq'] ?? 0);
  return seq > lastSeq ? `event ${lastSeq + 1} is missing; the log was ${seq} events long.` : undefined;
}

function newestSnapshot(db: Db): HashedState | undefined {
  const rows = db
    .prepare(
      'SELECT s.seq, s.hash, s.digest, s.state FROM snapshots s JOIN events e ON e.seq = s.seq AND e.hash = s.hash WHERE s.version = ? AND s.seq > ? ORDER BY s.seq DESC',
    )
    .all(STATE_VERSION, cutSeq(db));
  for (const row of rows) {
    const [seq, head, text] = [Number(row['seq']), String(row['hash']), String(row['state'])];
    // The snapshot's last event may be the log's last, without a successor that would show a change of it:
    // its place in the chain is checked here. If that fails, the replay from an earlier snapshot reports it.
    if (digestOf(seq, head, text) !== row['digest'] || !isChained(db, seq)) continue;
    return { state: fromSnapshot(JSON.parse(text) as StateSnapshot), hash: head };
  }
  return undefined;
}

/** Whether an event is there, can be read, and follows from the one before it. */
function isChained(db: Db, seq: number): boolean {
  try {
    const [row] = readRows(db, seq - 1, 1);
    const cut = readCut(db);
    const before = seq === (cut?.seq ?? 0) + 1 ? (cut ?? { seq: 0, hash: GENESIS_HASH }) : readRows(db, seq - 2, 1)[0];
    if (!row || before?.seq !== seq - 1) return false;
    return chainProblem(row.seq, row.json, row.hash, seq, before.hash) === undefined;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** The newest sound snapshot that is not after an event, if there is one of this version. */
export function snapshotBefore(db: Db, seq: number): HubState | undefined {
  const rows = db
    .prepare(
      'SELECT seq, hash, digest, state FROM snapshots WHERE version = ? AND seq <= ? AND seq > ? ORDER BY seq DESC',
    )
    .iterate(STATE_VERSION, seq, cutSeq(db));
  for (const row of rows) {
    const text = String(row['state']);
    if (digestOf(Number(row['seq']), String(row['hash']), text) !== row['digest']) continue;
    return fromSnapshot(JSON.parse(text) as StateSnapshot);
  }
  return undefined;
}

function digestOf(seq: number, head: string, text: string): string {
  return hash('sha256', `${seq}\n${head}\n${text}`, 'hex');
}
