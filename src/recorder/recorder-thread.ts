import { parentPort, type MessagePort } from 'node:worker_threads';
import { toWire } from '../protocol/errors.ts';
import { BodyFiles } from './body-files.ts';
import { explained, openDatabase } from './database.ts';
import { FrameReading } from './frame-reading.ts';
import { FrameStore } from './frame-store.ts';
import { Launches } from './launches.ts';
import type { AskName, FramesQuery, FromRecorder, RecorderAsks, ToRecorder } from './messages.ts';
import { Names } from './names.ts';

if (parentPort) serve(parentPort);

/** Frames of one push of the tail; of more, the newest. */
const TAIL_FRAMES = 1_000;

interface Opened {
  readonly store: FrameStore;
  readonly reading: FrameReading;
  readonly close: () => void;
}

type Of<Kind extends ToRecorder['kind']> = Extract<ToRecorder, { kind: Kind }>;

/** Writes what the hub's loop hands over, and answers what is asked of it, in the order in which it comes. */
function serve(port: MessagePort): void {
  let opened: Opened | undefined;
  let folder = '';
  const tails = new Map<number, Pick<FramesQuery, 'sessionId' | 'filter'>>();
  const tell = (message: FromRecorder, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

  port.on('message', (message: ToRecorder) => {
    switch (message.kind) {
      case 'open':
        return open(message);
      case 'batch':
        return write(message);
      case 'ask':
        return answer(message);
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
      const db = openDatabase(folder);
      const launches = new Launches(db, message.launchId, message.at);
      const files = new BodyFiles(folder);
      opened = {
        store: new FrameStore(db, { names: new Names(db), files, base: launches.base }),
        reading: new FrameReading(db, { launches, files }),
        close: () => db.close(),
      };
      tell({ kind: 'opened' });
    } catch (error) {
      tell({ kind: 'refused', failure: explained(error, folder).failure });
    }
  }

  function write({ batch, usedBytes }: Of<'batch'>): void {
    const spent = { numbers: batch.numbers, bytes: batch.bytes };
    const transfer = [batch.numbers.buffer, batch.bytes.buffer];
    if (!opened) return tell({ kind: 'wrote', usedBytes, spent }, transfer);
    try {
      const written = opened.store.write(batch);
      tell({ kind: 'wrote', usedBytes, spent }, transfer);
      follow(opened.reading, written);
    } catch (error) {
      const { failure } = explained(error, folder);
      tell({ kind: 'failed', failure, usedBytes, frames: batch.rows, spent }, transfer);
    }
  }

  function follow(reading: FrameReading, written: readonly number[]): void {
    for (const [id, query] of tails) {
      const frames = reading.at(written.slice(-TAIL_FRAMES), query);
      const skipped = Math.max(0, written.length - TAIL_FRAMES);
      if (frames.length > 0) tell({ kind: 'tail', id, frames, skipped });
    }
  }

  function answer({ id, name, query }: Of<'ask'>): void {
    try {
      if (!opened) throw new Error('The recorder has no database.');
      tell({ kind: 'answer', id, answer: answered(opened.reading, { name, query } as Ask) });
    } catch (error) {
      tell({ kind: 'unanswered', id, error: toWire(error) });
    }
  }
}

type Ask = { [Name in AskName]: { readonly name: Name; readonly query: RecorderAsks[Name]['query'] } }[AskName];

function answered(reading: FrameReading, ask: Ask): RecorderAsks[AskName]['answer'] {
  switch (ask.name) {
    case 'page':
      return reading.page(ask.query);
    case 'get':
      return reading.get(ask.query.frameId);
    case 'part':
      return reading.part(ask.query.frameId, ask.query.of, ask.query.offset);
    default:
      return ask satisfies never;
  }
}
