import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { HubError, messageOf } from '../../protocol/errors.ts';
import { Checkpoints } from './checkpoints.ts';
import { projections } from './projections/projections.ts';
import { isDamage } from './schema.ts';
import type { FromWriter, ToWriter } from './writer-messages.ts';
import { Writer, type EventBatch } from './writer.ts';

if (parentPort) serve(parentPort);

/** Writes all that came in during the last transaction as one transaction. */
function serve(port: MessagePort): void {
  let writer: Writer | undefined;
  let checkpoints: Checkpoints | undefined;
  let waiting: EventBatch[] = [];
  let dropped: number[] = [];
  let isRemoving = false;
  let endAfterCommit: Int32Array | undefined;
  const post = (message: FromWriter): void => port.postMessage(message);

  port.on('message', (first: ToWriter) => {
    let message: ToWriter | undefined = first;
    while (message) {
      take(message);
      const next: { message: ToWriter } | undefined = receiveMessageOnPort(port);
      message = next?.message;
    }
    flush();
    drop();
    remove();
    writer?.settle();
  });

  function take(message: ToWriter): void {
    switch (message.kind) {
      case 'open':
        return open(message);
      case 'append':
        waiting.push(message);
        return;
      case 'drop':
        dropped.push(...message.seqs);
        return;
      case 'remove':
        isRemoving = true;
        return;
      case 'halt':
        flush();
        if (!writer || writer.failed) return;
        writer.halt();
        return post({ kind: 'failed', seq: writer.seq, message: message.reason });
      case 'retry':
        flush();
        return retry();
      case 'close':
        flush();
        drop();
        void close();
        return;
      case 'end':
        waiting = [];
        void end();
        return;
      default:
        message satisfies never;
    }
  }

  function open({ file, snapshotEvery, pageLimit, ...tests }: Extract<ToWriter, { kind: 'open' }>): void {
    try {
      endAfterCommit = tests.endAfterCommit;
      const limit = pageLimit ? { pageLimit } : {};
      const opened = new Writer({ file, projections, snapshotEvery, leavesCheckpoints: true, ...limit });
      writer = opened;
      checkpoints = new Checkpoints({ file, byWriter: () => opened.checkpoint() });
      post({ kind: 'opened', seq: writer.seq });
    } catch (error) {
      post({ kind: 'refused', code: error instanceof HubError ? error.code : undefined, message: messageOf(error) });
    }
  }

  function flush(): void {
    const batches = waiting;
    waiting = [];
    // After a failure the hub starts over from the last seq on disk. What it sent before it knew of the
    // failure must not be written.
    if (!writer || writer.failed || batches.length === 0) return;
    const before = writer.seq;
    try {
      writer.write(batches);
      if (endAfterCommit && Atomics.exchange(endAfterCommit, 0, 0) === 1) process.exit();
      post({ kind: 'written', seq: writer.seq });
      checkpoints?.wrote(pagesOf(batches, writer.seq - before));
    } catch (error) {
      post({ kind: 'failed', seq: before, message: messageOf(error), isDamage: isOfTheLog(error) });
    }
  }

  /** After what agents wait for. Rows that stay are removed after the next start. */
  function drop(): void {
    const seqs = dropped;
    dropped = [];
    try {
      writer?.drop(seqs);
    } catch (error) {
      if (!writer || !isOfTheLog(error)) return; // a full disk, for example
      writer.halt();
      post({ kind: 'failed', seq: writer.seq, message: messageOf(error), isDamage: true });
    }
  }

  /** After what agents wait for, too. What stays is removed by and by. */
  function remove(): void {
    if (!isRemoving) return;
    isRemoving = false;
    try {
      const more = writer?.removeSome() ?? false;
      checkpoints?.wrote(PAGES_OF_REMOVAL);
      post({ kind: 'removed', more });
    } catch (error) {
      post({ kind: 'removed', more: false, problem: messageOf(error) });
      if (!writer || !isOfTheLog(error)) return; // a full disk, for example
      writer.halt();
      post({ kind: 'failed', seq: writer.seq, message: messageOf(error), isDamage: true });
    }
  }

  function retry(): void {
    try {
      if (writer?.failed) writer.retry();
      post({ kind: 'ready' });
    } catch (error) {
      post({ kind: 'failed', seq: -1, message: messageOf(error), isDamage: isOfTheLog(error) });
    }
  }

  async function close(): Promise<void> {
    try {
      await checkpoints?.close();
      writer?.close();
    } finally {
      port.close();
    }
  }

  async function end(): Promise<void> {
    try {
      await checkpoints?.close();
      writer?.end();
    } finally {
      port.close();
    }
  }
}

/** Estimate of the pages that a slice of removed events changes. */
const PAGES_OF_REMOVAL = 400;

/**
 * Estimate of the pages that a commit changes: a few for each commit, some index pages for each event, and
 * the texts and contents.
 */
function pagesOf(batches: readonly EventBatch[], events: number): number {
  const contentBytes = batches
    .flatMap(({ contents = [] }) => contents)
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
  return 4 + events + (contentBytes + batches.reduce((sum, { lines }) => sum + lines.length, 0)) / 4096;
}

/**
 * Whether the reason of a failure is the database: SQLite finds it damaged, or has in its tables what no event could
 * have put there.
 */
function isOfTheLog(error: unknown): boolean {
  if (error instanceof HubError) return error.code === 'log_corrupt';
  return isDamage(error) || error instanceof SyntaxError || error instanceof TypeError;
}
