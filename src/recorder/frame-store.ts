import type { DatabaseSync } from 'node:sqlite';
import { frameKinds, frameOutcomes } from '../protocol/frame-record.ts';
import type { RecorderSettings } from '../protocol/recorder-settings.ts';
import type { FrameBatch } from './batch-layout.ts';
import type { BlockFacts } from './block-facts.ts';
import { BatchReader, type ReadBody } from './batch-reader.ts';
import { FrameBodies } from './frame-bodies.ts';
import type { BodyFiles } from './body-files.ts';
import { describe } from './describe-body.ts';
import { type FrameRow, columnValues } from './frame-columns.ts';
import { type FrameStatements, frameStatements } from './frame-statements.ts';
import { maskHead } from './masking.ts';
import type { NameNumbers } from './name-numbers.ts';
import { readRow } from './read-row.ts';
import { RecentRequests } from './recent-requests.ts';
import { spanOf, storedStreams, withoutKey } from './streams.ts';

const EXCHANGE = frameKinds.indexOf('exchange');
const REQUEST = frameKinds.indexOf('request');
const RESPONSE = frameKinds.indexOf('response');
const PENDING = frameOutcomes.indexOf('pending');

interface HeadRow {
  request: string | null;
  response: string | null;
  masked: number;
}

/** Places of frames that a batch added or changed. */
export type Written = readonly number[];

/** Writes batches of frames, each as one transaction. */
export class FrameStore {
  readonly #db: DatabaseSync;
  readonly #names: NameNumbers;
  readonly #facts: BlockFacts;
  readonly #bodies: FrameBodies;
  readonly #base: number;
  readonly #sql: FrameStatements;
  /** Rows of batches that were written. */
  rows = 0;
  readonly #reader: BatchReader;
  readonly #requests = new RecentRequests();
  /** How often names had been forgotten when the reader looked them up. */
  #namesForgotten = 0;
  #isOn = true;
  #offWorkspaces: ReadonlySet<string> = new Set();
  readonly #offKeys = new Set<string>();
  /** Frames of the batch at hand that may still change in it, by place. */
  readonly #open = new Map<number, FrameRow>();
  readonly #heads = new Map<number, HeadRow>();
  /** Frames of the batch at hand that turned out to be of a key that was removed. */
  readonly #leftOut = new Set<FrameRow>();

  /** @param base place before the first frame of this launch */
  constructor(
    db: DatabaseSync,
    parts: {
      readonly names: NameNumbers;
      readonly facts: BlockFacts;
      readonly files: BodyFiles;
      readonly base: number;
    },
  ) {
    this.#db = db;
    this.#names = parts.names;
    this.#facts = parts.facts;
    this.#base = parts.base;
    this.#sql = frameStatements(db);
    this.#bodies = new FrameBodies(this.#sql, parts.files);
    this.#reader = new BatchReader((name) => this.#names.idOf(name));
  }

  /** From now on, frames of these workspaces are not written; with `on` false none are. */
  leaveOut({ on, offWorkspaces }: Pick<RecorderSettings, 'on' | 'offWorkspaces'>): void {
    this.#isOn = on;
    this.#offWorkspaces = new Set(offWorkspaces);
  }

  /** From now on, frames of a key are not written: it was removed. */
  leaveOutKey(keyId: string): void {
    this.#offKeys.add(keyId);
  }

  /** Answers the rows that were added or changed. Throws what SQLite or the disk says; nothing of the batch is there then. */
  write(batch: FrameBatch): Written {
    this.#reader.begin(batch);
    if (this.#namesForgotten !== this.#names.forgotten) this.#reader.forgetIds();
    this.#namesForgotten = this.#names.forgotten;
    if (!this.#isOn) return [];
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const written = this.#writeRows(batch.rows);
      this.rows += batch.rows;
      this.#db.exec('COMMIT');
      return written;
    } catch (error) {
      this.#undo();
      throw error;
    } finally {
      this.#open.clear();
      this.#heads.clear();
      this.#leftOut.clear();
      this.#bodies.endBatch();
    }
  }

  #undo(): void {
    this.#names.forget();
    this.#requests.clear();
    this.#bodies.removeFiles();
    try {
      this.#db.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back already, as it does on a full disk; the first error is thrown.
    }
  }

  #writeRows(count: number): Written {
    const rows: FrameRow[] = [];
    const changed: number[] = [];
    let last = 0;
    for (let at = 0; at < count; at += 1) {
      this.#reader.at(at);
      if (this.#reader.isExchange) {
        const place = this.#exchange();
        if (place !== undefined) changed.push(place);
        continue;
      }
      if (this.#isLeftOut()) continue;
      const row = this.#frame();
      if (!row) continue;
      rows.push(row);
      last = Math.max(last, row.n + spanOf(row.streams) - 1);
      if (row.kind === REQUEST) this.#requests.add(row);
      if (row.kind === EXCHANGE || row.kind === REQUEST) this.#open.set(row.n, row);
      else if (row.kind === RESPONSE && row.pair !== null && this.#pair(row, row.pair)) changed.push(row.pair);
    }
    for (const row of rows) {
      if (this.#leftOut.has(row)) continue;
      this.#sql.insert.run(...columnValues(row));
      changed.push(row.n);
    }
    for (const [place, { request, response, masked }] of this.#heads) {
      this.#sql.insertHead.run(place, request, response, masked);
    }
    if (last > 0) this.#sql.setLast.run(last);
    return changed;
  }

  /** Whether the row at hand is of a workspace or a key of which nothing is recorded. */
  #isLeftOut(): boolean {
    const workspace = this.#offWorkspaces.size === 0 ? null : this.#reader.name('workspace');
    if (workspace !== null && this.#offWorkspaces.has(workspace)) return true;
    if (this.#offKeys.size === 0) return false;
    const key = this.#reader.name('key');
    return key !== null && this.#offKeys.has(key);
  }

  /** The row at hand; `undefined` for an answer to a request that was left out. */
  #frame(): FrameRow | undefined {
    const reader = this.#reader;
    const n = this.#base + (reader.number('n') ?? 0);
    const { size, masked, body, eventId, read } = this.#body(n);
    const found = reader.number('kind') === null ? describe(read) : undefined;
    const row = readRow(reader, { base: this.#base, names: this.#names, found });
    row.size = size ?? row.size;
    row.event_id = eventId ?? null;
    row.masked = masked;
    row.body = body;
    row.streams = this.#streams();
    if (found && row.kind === RESPONSE) {
      this.#requests.join(row);
      if (row.pair === null && this.#offWorkspaces.size > 0) {
        this.#sql.dropBody.run(2 * n);
        return undefined;
      }
    }
    const head = reader.bytes('headAt', 'headBytes');
    if (head) {
      const { kept, count } = maskHead(head.toString('latin1'));
      this.#heads.set(n, { request: kept, response: null, masked: count });
      row.masked += count;
    } else if (row.kind === EXCHANGE) {
      this.#heads.set(n, { request: null, response: null, masked: 0 });
    }
    return row;
  }

  /** Writes the body of the row at hand, or finds the one that it has too. */
  #body(n: number): {
    readonly size?: number | undefined;
    readonly masked: number;
    readonly body: number | null;
    readonly eventId?: string | undefined;
    readonly read?: ReadBody | undefined;
  } {
    const shared = this.#reader.sharedWith;
    if (shared !== undefined) return { masked: 0, body: 2 * (this.#base + shared) };
    const body = this.#reader.body();
    if (!body) return { masked: 0, body: null };
    const { size, masked } = this.#bodies.write(2 * n, body);
    return { size, masked, body: 2 * n, eventId: body.eventId, read: body };
  }

  /** What became known of an exchange; its place, where it is not of this batch. */
  #exchange(): number | undefined {
    const reader = this.#reader;
    const n = this.#base + (reader.number('n') ?? 0);
    if (this.#isLeftOut()) return this.#forget(n);
    let masked = 0;
    const head = reader.bytes('headAt', 'headBytes');
    if (head) {
      const { kept, count } = maskHead(head.toString('latin1'));
      masked += count;
      const known = this.#heads.get(n);
      if (known) known.response = kept;
      else this.#sql.answerHead.run(kept, count, n);
    }
    let body: number | null = null;
    for (const [side, bytes] of [
      [0, reader.bytes('bodyAt', 'bodyBytes')],
      [1, reader.bytes('answerAt', 'answerBytes')],
    ] as const) {
      if (!bytes) continue;
      body = 2 * n;
      masked += this.#bodies.write(2 * n + side, { bytes }).masked;
    }
    const row = this.#open.get(n);
    const wire = reader.number('wire');
    const [session, key, agent] = [this.#name('session'), this.#name('key'), this.#name('agent')];
    const status = reader.number('status');
    const outcome = reader.number('outcome') ?? PENDING;
    const code = reader.number('code') ?? reader.name('codeName');
    const latency = reader.number('latency');
    if (!row) {
      this.#sql.endExchange.run(wire, session, key, agent, status, outcome, code, latency, masked, body, n);
      this.#facts.changed(n);
      return n;
    }
    row.wire = wire ?? row.wire;
    row.session = session ?? row.session;
    row.key = key ?? row.key;
    row.agent = agent ?? row.agent;
    row.status = status ?? row.status;
    row.outcome = outcome;
    row.code = code ?? row.code;
    row.latency = latency ?? row.latency;
    row.masked += masked;
    row.body = body ?? row.body;
    return undefined;
  }

  /** Takes back an exchange that began before it was known whose it is. */
  #forget(n: number): undefined {
    const row = this.#open.get(n);
    this.#heads.delete(n);
    if (row) this.#leftOut.add(row);
    else {
      this.#sql.dropFrame.run(n);
      this.#sql.dropHead.run(n);
    }
  }

  /** Tells a request of its response; true where it is not of this batch. */
  #pair(response: FrameRow, place: number): boolean {
    const request = this.#open.get(place);
    if (!request) {
      this.#sql.endRequest.run(response.n, response.latency, response.outcome, response.code, place);
      this.#facts.changed(place);
      return true;
    }
    request.pair = response.n;
    request.latency = response.latency;
    request.outcome = response.outcome;
    request.code = response.code;
    return false;
  }

  #name(column: Parameters<BatchReader['name']>[0]): number | null {
    return this.#reader.nameId(column);
  }

  /** What the row at hand stands for, without what is of a key that was removed. */
  #streams(): Uint8Array | null {
    const given = this.#reader.streams();
    if (!given) return null;
    const first = this.#reader.number('n') ?? 0;
    let streams = storedStreams(given, first, (name) => (name === 0 ? 0 : this.#reader.idAt(name - 1)));
    for (const keyId of this.#offKeys) streams = withoutKey(streams, this.#names.idOf(keyId)).kept;
    return streams;
  }
}
