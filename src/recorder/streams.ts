import { STREAM_NUMBERS } from './batch-layout.ts';

/**
 * What `frames.streams` has for each stream that a row stands for, four numbers of four bytes: how far before its own
 * place the frame of its exchange lies; its session among the names, with its wire (see batch-layout.ts); its key and its
 * agent there. Where the first is 0 the frame was removed.
 */
const STREAM_BYTES = 4 * STREAM_NUMBERS;

/** How many places a row `f` of `frames` takes. */
export const SPAN = `coalesce(length(f.streams) / ${STREAM_BYTES}, 1)`;

/** One frame of a row that stands for many. */
export interface FrameOfStream {
  readonly place: number;
  readonly exchange: number;
  /** Numbers of names; 0 without one. */
  readonly session: number;
  readonly key: number;
  readonly agent: number;
  /** Place in the list of wires; -1 without one. */
  readonly wire: number;
}

/** How many places a row takes. */
export function spanOf(streams: unknown): number {
  return streams instanceof Uint8Array ? streams.byteLength / STREAM_BYTES : 1;
}

/** The frames of a row that are kept, in the order of their places. @param first the row's place */
export function streamFrames(first: number, streams: Uint8Array): FrameOfStream[] {
  const words = wordsOf(streams);
  const frames: FrameOfStream[] = [];
  for (let at = 0; at < words.length; at += STREAM_NUMBERS) {
    const back = words[at] ?? 0;
    if (back === 0) continue;
    const place = first + at / STREAM_NUMBERS;
    const session = words[at + 1] ?? 0;
    frames.push({
      place,
      exchange: place - back,
      session: Math.floor(session / 4),
      wire: (session % 4) - 1,
      key: words[at + 2] ?? 0,
      agent: words[at + 3] ?? 0,
    });
  }
  return frames;
}

/** Without the frames of a key: what is kept, how many frames that are, and how many went. */
export function withoutKey(streams: Uint8Array, key: number): { kept: Uint8Array; left: number; gone: number } {
  const words = wordsOf(streams.slice());
  let gone = 0;
  let left = 0;
  for (let at = 0; at < words.length; at += STREAM_NUMBERS) {
    if (words[at] === 0) continue;
    if (words[at + 2] === key) {
      words.fill(0, at, at + STREAM_NUMBERS);
      gone += 1;
    } else left += 1;
  }
  return { kept: new Uint8Array(words.buffer), left, gone };
}

/** From what a batch has of streams to what is stored: numbers of frames become places, and names their numbers. */
export function storedStreams(given: Uint32Array, first: number, idOf: (name: number) => number): Uint8Array {
  const words = new Uint32Array(given.length);
  for (let at = 0; at < given.length; at += STREAM_NUMBERS) {
    const session = given[at + 1] ?? 0;
    words[at] = first + at / STREAM_NUMBERS - (given[at] ?? 0);
    words[at + 1] = idOf(Math.floor(session / 4)) * 4 + (session % 4);
    words[at + 2] = idOf(given[at + 2] ?? 0);
    words[at + 3] = idOf(given[at + 3] ?? 0);
  }
  return new Uint8Array(words.buffer);
}

function wordsOf(streams: Uint8Array): Uint32Array {
  const bytes = streams.byteOffset % 4 === 0 ? streams : streams.slice();
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
