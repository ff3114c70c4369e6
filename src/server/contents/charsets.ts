import type { Files } from '../../hub/files/files.ts';
import { encodingOf } from '../../hub/files/text-sniff.ts';
import type { FileRecord } from '../../protocol/records.ts';

/** Bytes of a text that its encoding is detected from. */
const SAMPLE_BYTES = 64 * 1024;
/** Contents whose encoding is remembered. */
const MOST_KNOWN = 1_000;

/** Encodings of texts, by their first bytes. A content has one for ever, so each is looked at once. */
export class Charsets {
  readonly #files: Pick<Files, 'read'>;
  readonly #known = new Map<string, string | undefined>();

  constructor(files: Pick<Files, 'read'>) {
    this.#files = files;
  }

  /** Undefined where it is no text, or its encoding is not known. */
  async of({ workspace, path, version, mime, sizeBytes, sha256 }: FileRecord): Promise<string | undefined> {
    if (!mime.startsWith('text/') || sizeBytes === 0) return undefined;
    if (this.#known.has(sha256)) return this.#known.get(sha256);
    const range = { start: 0, end: Math.min(SAMPLE_BYTES, sizeBytes) - 1 };
    const { stream } = await this.#files.read(workspace, path, { version, range });
    const sample: Uint8Array[] = [];
    for await (const chunk of stream as AsyncIterable<Uint8Array>) sample.push(chunk);
    const charset = encodingOf(Buffer.concat(sample));
    this.#known.set(sha256, charset);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
    return charset;
  }
}
