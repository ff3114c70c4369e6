import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { eventWriter } from '../../src/hub/log/event-writer.ts';
import type { EventLog, EncodedEvent } from '../../src/hub/log/event-log.ts';
import { SqliteLog } from '../../src/hub/log/sqlite-log.ts';
import type { EventBody } from '../../src/protocol/events.ts';

/** An engine of the log under its contract. */
export interface LogEngine {
  readonly name: string;
  /** A place for a log, empty at first. */
  open(): Promise<LogPlace>;
}

export interface LogPlace extends AsyncDisposable {
  readonly log: EventLog;
  /** Closes the log and opens it again. */
  reopen(): Promise<EventLog>;
  /** What somebody else sees of the log now: the seq of its last event. */
  seenByOthers(): number;
}

export const logEngines: readonly LogEngine[] = [{ name: 'sqlite', open: openSqlite }];

async function openSqlite(): Promise<LogPlace> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'signalbox-log-'));
  let { log } = await SqliteLog.open({ dataDir });
  return {
    get log() {
      return log;
    },
    async reopen() {
      await log.close();
      ({ log } = await SqliteLog.open({ dataDir }));
      return log;
    },
    seenByOthers: () => Number(log.reader.prepare('SELECT max(seq) AS seq FROM events').get()?.['seq'] ?? 0),
    async [Symbol.asyncDispose]() {
      await log.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const write = eventWriter();

/** Numbered events, as a hub would append them. */
export function commitOf(afterSeq: number, bodies: readonly EventBody[], at = 1000): readonly EncodedEvent[] {
  return bodies.map((body, index) => {
    const event = { seq: afterSeq + 1 + index, at, actor: { kind: 'hub' as const }, ...body };
    return { event, json: write(event) };
  });
}

/** A commit of `count` tool calls. */
export function calls(afterSeq: number, count: number): readonly EncodedEvent[] {
  const body: EventBody = {
    type: 'tool.called',
    tool: 'whoami',
    sessionId: 'ses_1',
    argsDigest: '00',
    outcome: 'ok',
    ms: 1,
  };
  return commitOf(
    afterSeq,
    Array.from({ length: count }, () => body),
  );
}

/** Resolves when a subscriber of the log has got `seq`. */
export function hasReached(log: EventLog, seq: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = log.subscribe(Math.min(log.seq, seq - 1), (batch) => {
      if ((batch.at(-1)?.event.seq ?? 0) < seq) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}
