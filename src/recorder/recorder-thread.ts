import { constants, setPriority } from 'node:os';
import { parentPort, type MessagePort } from 'node:worker_threads';
import { HubError, toWire } from '../protocol/errors.ts';
import { explainedFailure } from './database.ts';
import type { FrameReading } from './frame-reading.ts';
import type { FramesQuery, FromRecorder, ToRecorder } from './messages.ts';
import { OpenedRecorder } from './opened.ts';

if (parentPort) {
  goBehind();
  serve(parentPort);
}

/** What agents wait for goes before what is recorded of it. Only on Linux is a priority that of a thread alone. */
function goBehind(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // As in a container that allows none: then it is as before.
  }
}

/** Frames of one push of the tail; of more, the newest. */
const TAIL_FRAMES = 1_000;

type Of<Kind extends ToRecorder['kind']> = Extract<ToRecorder, { kind: Kind }>;

/** Writes what the hub's loop hands over, and answers what is asked of it, in the order in which it comes. */
function serve(port: MessagePort): void {
  let opened: OpenedRecorder | undefined;
  let folder = '';
  const tails = new Map<number, Pick<FramesQuery, 'sessionId' | 'filter'>>();
  const post = (message: FromRecorder, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  port.on('message', (message: ToRecorder) => {
    switch (message.kind) {
      case 'open':
        return open(message);
      case 'batch':
        return write(message);
      case 'ask':
        void answer(message);
        return;
      case 'tail':
        if (message.query) tails.set(message.id, message.query);
        else tails.delete(message.id);
        return;
      case 'close':
        opened?.close();
        port.close();
        return;
      default:
        message satisfies never;
    }
  });

  function open(message: Of<'open'>): void {
    folder = message.folder;
    try {
      opened = new OpenedRecorder(folder, message.launchId, message.at);
      post({ kind: 'opened', settings: opened.settings });
    } catch (error) {
      post({ kind: 'refused', failure: explainedFailure(error, folder).failure });
    }
  }

  function write({ batch, usedBytes }: Of<'batch'>): void {
    const spent = { numbers: batch.numbers, bytes: batch.bytes };
    const transfer = [batch.numbers.buffer, batch.bytes.buffer];
    if (!opened) return post({ kind: 'wrote', usedBytes, spent }, transfer);
    try {
      const written = opened.store.write(batch);
      post({ kind: 'wrote', usedBytes, spent }, transfer);
      follow(opened.reading, written);
      opened.wrote(usedBytes);
    } catch (error) {
      const { failure } = explainedFailure(error, folder);
      post({ kind: 'failed', failure, usedBytes, frames: batch.rows, spent }, transfer);
    }
  }

  function follow(reading: FrameReading, written: readonly number[]): void {
    for (const [id, query] of tails) {
      const { frames, skipped } = reading.tail(written, query, TAIL_FRAMES);
      if (frames.length > 0) post({ kind: 'tail', id, frames, skipped });
    }
  }

  async function answer({ id, name, query }: Of<'ask'>): Promise<void> {
    try {
      if (!opened) throw new HubError('storage_failed', 'The recorder has no database.');
      // The caller gave the query of this name.
      const answer = await opened.answer({ name, query } as Parameters<OpenedRecorder['answer']>[0]);
      post({ kind: 'answer', id, answer });
    } catch (error) {
      post({ kind: 'unanswered', id, error: toWire(error) });
    }
  }
}
