import type { ExtractContext } from './context.ts';
import { plainText } from './plain-values.ts';

/** So many entries are named in the result; the others only counted. */
const LISTED = 500;
const NAME_LENGTH = 300;
/** More are not even counted: a small file can claim millions. */
export const MAX_ENTRIES = 1_000_000;
/** Content that shrank more than this is more likely a trap than a document. */
const SUSPICIOUS_RATIO = 1000;

export interface ArchiveEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes: number;
  readonly encrypted?: boolean;
}

/** What an archive holds, of which nothing is unpacked to disk. Bounded whatever the archive claims. */
export class ArchiveListing {
  readonly #format: string;
  readonly #listed: Record<string, unknown>[] = [];
  #files = 0;
  #folders = 0;
  #count = 0;
  #totalBytes = 0;
  #escapes = 0;
  #encrypted = 0;
  #cutShort = false;

  constructor(format: string) {
    this.#format = format;
  }

  /** Answers false when no more entries are wanted. */
  add(entry: ArchiveEntry): boolean {
    this.#count += 1;
    this.#totalBytes += entry.sizeBytes;
    if (entry.kind === 'file') this.#files += 1;
    if (entry.kind === 'folder') this.#folders += 1;
    if (entry.encrypted === true) this.#encrypted += 1;
    if (/^[/\\]|^[a-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)/iu.test(entry.path)) this.#escapes += 1;
    if (this.#listed.length < LISTED) {
      const path = plainText(entry.path).slice(0, NAME_LENGTH);
      this.#listed.push({ path, kind: entry.kind, size_bytes: entry.sizeBytes });
    }
    if (this.#count < MAX_ENTRIES) return true;
    this.cutShort();
    return false;
  }

  get count(): number {
    return this.#count;
  }

  /** Says that there is more than was looked at. */
  cutShort(): void {
    this.#cutShort = true;
  }

  facts(context: ExtractContext): Record<string, unknown> {
    context.log(`${this.#format} archive with ${this.#count} entries`);
    if (this.#escapes > 0) context.warn(`${this.#escapes} entries have paths that lead out of the archive's folder.`);
    if (this.#totalBytes > context.sizeBytes * SUSPICIOUS_RATIO) {
      context.warn(
        `It would unpack to ${this.#totalBytes} bytes, over ${SUSPICIOUS_RATIO} times its size; unpack it with care.`,
      );
    }
    return {
      format: this.#format,
      entry_count: this.#count,
      file_count: this.#files,
      folder_count: this.#folders,
      total_bytes: this.#totalBytes,
      encrypted: this.#encrypted > 0,
      complete: !this.#cutShort,
      entries: this.#listed,
      entries_omitted: this.#count - this.#listed.length,
    };
  }
}
