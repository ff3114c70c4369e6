import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { byteOrderMark, encodingOf, wholeCharacters } from '../../hub/files/text-sniff.ts';
import type { JobReporter } from './job-work.ts';
import { TextCounter } from './text-counter.ts';

const CHUNK_BYTES = 1024 * 1024;
const SAMPLE_BYTES = 64 * 1024;

export interface EncodingFacts {
  /** As WHATWG names it, or `us-ascii`. */
  readonly encoding: string;
  readonly byte_order_mark: boolean;
  readonly lines: number;
  readonly words: number;
  readonly characters: number;
  readonly line_ending: string;
}

/** What is read, and who gets the progress. */
export interface ReadTask extends Pick<JobReporter, 'report' | 'log'> {
  /** Where the content is. */
  readonly file: string;
  readonly sizeBytes: number;
}

/**
 * Reads a content from end to end: its hash, and, for text, what it comes to. Memory does not
 * grow with it. Text that turns out not to be UTF-8 is read a second time.
 */
export async function readThrough(
  task: ReadTask,
  head: Uint8Array,
  isText: boolean,
): Promise<{ readonly sha256: string; readonly text?: EncodingFacts }> {
  const hash = createHash('sha256');
  const mark = byteOrderMark(head);
  const looksLike = isText ? encodingOf(head) : undefined;
  const counter = looksLike === 'utf-8' ? new TextCounter() : undefined;
  let sample: Uint8Array | undefined; // of what is not UTF-8
  let cut: Uint8Array = new Uint8Array(); // a character's beginning, at the end of the chunk before
  let position = 0;
  for await (const chunk of chunksOf(task.file)) {
    hash.update(chunk);
    if (counter && sample === undefined) {
      const joined = cut.byteLength === 0 ? chunk : Buffer.concat([cut, chunk]);
      const whole = wholeCharacters(joined);
      if (isUtf8(whole)) counter.add(position === 0 && mark ? chunk.subarray(mark.length) : chunk);
      else sample = Buffer.concat([head.subarray(0, SAMPLE_BYTES), chunk.subarray(0, SAMPLE_BYTES)]);
      cut = joined.subarray(whole.byteLength);
    }
    position += chunk.byteLength;
    task.report((position / task.sizeBytes) * 0.7, 'Reading');
  }
  const sha256 = hash.digest('hex');
  if (!isText) return { sha256 };
  if (counter && sample === undefined && cut.byteLength === 0) {
    const counts = counter.counts();
    return { sha256, text: factsOf(counts, counts.isAscii && !mark ? 'us-ascii' : 'utf-8', mark !== undefined) };
  }
  // What begins as UTF-8 and goes on otherwise: the rest decides its encoding. In windows-1252 every byte is valid.
  const guess = counter ? encodingOf(sample ?? head) : looksLike;
  const encoding = guess === undefined || guess === 'utf-8' ? 'windows-1252' : guess;
  task.log(`Not UTF-8; read as ${encoding}`);
  return { sha256, text: await countEncoded(task, encoding, mark !== undefined) };
}

async function countEncoded(task: ReadTask, encoding: string, hasMark: boolean): Promise<EncodingFacts> {
  const decoder = new TextDecoder(encoding); // which swallows the byte order mark
  const encoder = new TextEncoder();
  const counter = new TextCounter();
  let position = 0;
  for await (const chunk of chunksOf(task.file)) {
    counter.add(encoder.encode(decoder.decode(chunk, { stream: true })));
    position += chunk.byteLength;
    task.report(0.7 + (position / task.sizeBytes) * 0.1, `Reading as ${encoding}`);
  }
  counter.add(encoder.encode(decoder.decode()));
  return factsOf(counter.counts(), encoding, hasMark);
}

function factsOf(counts: ReturnType<TextCounter['counts']>, encoding: string, hasMark: boolean): EncodingFacts {
  const { lines, words, characters, lineEnding } = counts;
  return { encoding, byte_order_mark: hasMark, lines, words, characters, line_ending: lineEnding };
}

function chunksOf(file: string): AsyncIterable<Uint8Array> {
  return createReadStream(file, { highWaterMark: CHUNK_BYTES });
}
