import type { FileDiff, NoTextDiff } from '../../../protocol/file-diff.ts';
import type { FileRecord } from '../../../protocol/records.ts';
import type { FileContent, FileReadOptions } from '../file-content.ts';
import { textEncoding } from '../text-encoding.ts';
import type { TextDiffs } from './diff-texts.ts';

/** The largest content that is compared line by line, in bytes. */
const MOST_BYTES = 1024 * 1024;

/** How much of a content decides whether it is text, and in which encoding, in bytes. */
const SAMPLE_BYTES = 64 * 1024;

/** Reads a version of a file, as `Files.read`. */
type ReadVersion = (workspace: string, path: string, options: FileReadOptions) => Promise<FileContent>;

/** What {@link compareFiles} uses. */
export interface CompareDeps {
  readonly read: ReadVersion;
  readonly diffs: TextDiffs;
}

/**
 * Two versions of a file, or of two files, side by side: line by line where both are text of up to 1 MiB.
 *
 * @param contextLines lines around each change
 * @param party who asks: one may have so many at once
 * @throws HubError of `read`
 */
export async function compareFiles(
  { read, diffs }: CompareDeps,
  before: FileRecord,
  after: FileRecord,
  contextLines: number,
  party: string,
): Promise<FileDiff> {
  const sides = { before, after };
  if (before.sha256 === after.sha256) return { ...sides, form: 'same' };
  let why: NoTextDiff = 'too_different';
  const found = await diffs.compare(party, `${before.sha256} ${after.sha256} ${contextLines}`, async () => {
    const texts: string[] = [];
    for (const side of [before, after]) {
      const text = await textOf(read, side);
      if (typeof text === 'string') texts.push(text);
      else why = text.why;
    }
    const [old, now] = texts;
    return old === undefined || now === undefined ? undefined : { before: old, after: now, contextLines };
  });
  return found ? { ...sides, form: 'text', ...found } : { ...sides, form: 'facts', why };
}

async function textOf(read: ReadVersion, file: FileRecord): Promise<string | { readonly why: NoTextDiff }> {
  if (file.sizeBytes > MOST_BYTES) return { why: 'too_large' };
  const { stream } = await read(file.workspace, file.path, { version: file.version });
  const pieces: Uint8Array[] = [];
  for await (const piece of stream as AsyncIterable<Uint8Array>) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const encoding = bytes.length === 0 ? 'utf-8' : textEncoding(bytes.subarray(0, SAMPLE_BYTES), file.mime);
  return encoding === undefined ? { why: 'not_text' } : new TextDecoder(encoding).decode(bytes);
}
