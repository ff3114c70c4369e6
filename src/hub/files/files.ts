import { HubError } from '../../protocol/errors.ts';
import type { FileDiff } from '../../protocol/file-diff.ts';
import type {
  ContentsCheck,
  FileRecord,
  FileVersion,
  FolderListing,
  Page,
  PageRequest,
} from '../../protocol/records.ts';
import type { BlobStore } from '../disk/blob-store.ts';
import { hubClosed } from '../hub-errors.ts';
import type { Hub } from '../hub.ts';
import type { Fits } from '../paging.ts';
import { nearNames } from '../paths/near-names.ts';
import { normalizeFolder, normalizePath } from '../paths/path.ts';
import type { Origin } from '../rule.ts';
import type { CopyFileCommand } from '../rules/file-copies.ts';
import type { DeleteFileCommand, RestoreFileCommand } from '../rules/files.ts';
import { checkContents } from './content-check.ts';
import { compareFiles } from './diff/compare-files.ts';
import { TextDiffs } from './diff/diff-texts.ts';
import { FileChanges } from './file-changes.ts';
import type { FileContent, FileReadOptions, FileWriteInput } from './file-content.ts';
import { FileEvents } from './file-events.ts';
import { findFiles, listFiles, listFolder, listVersions, pathsAround, type FileListRequest } from './file-queries.ts';
import { folderOf } from '../../protocol/folders-above.ts';

/** How long after the start orphans are removed: by then all clients have reconnected. */
const SWEEP_AFTER_MS = 10_000;

/**
 * The files of all workspaces. Changes check the actor's role; reads do not, their caller must. `workspace`
 * is always an id. Every answer waits until what it saw is on disk; callers that wait themselves use {@link
 * Files.changes}. Errors are HubError.
 */
export class Files {
  readonly blobs: BlobStore;
  readonly changes: FileChanges;
  readonly events: FileEvents;
  readonly #hub: Hub;
  readonly #stops: (() => void)[];
  readonly #diffs = new TextDiffs();
  /** Ends the checks of contents. */
  readonly #checks = new AbortController();
  #sweeping: Promise<number> | undefined;
  #nextSweep: Promise<number> | undefined;

  constructor(hub: Hub, blobs: BlobStore) {
    this.#hub = hub;
    this.blobs = blobs;
    this.changes = new FileChanges(hub, blobs);
    this.events = new FileEvents(hub);
    const timer = hub.timers.setTimeout(() => void this.sweep().catch(() => undefined), SWEEP_AFTER_MS);
    this.#stops = [
      () => hub.timers.clearTimeout(timer),
      hub.subscribe((batch) => {
        if (batch.some(({ event }) => event.type === 'workspace.deleted')) void this.sweep().catch(() => undefined);
      }),
    ];
  }

  /** {@link FileChanges.write}, answered once it is on disk. */
  write(origin: Origin, input: FileWriteInput): Promise<FileRecord> {
    return this.#hub.durably(() => this.changes.write(origin, input));
  }

  /**
   * A file's bytes, of a version or the newest, whole or in part. The stream must be read or
   * destroyed: until then its content is kept even when the file is purged.
   * A range that begins past the end is `invalid_argument`.
   */
  async read(workspace: string, path: string, options: FileReadOptions = {}): Promise<FileContent> {
    const file = await this.#seen(() => {
      const record = this.#there(workspace, path);
      return options.version === undefined ? record : this.#version(record, options.version);
    });
    const start = options.range?.start ?? 0;
    const end = Math.min(options.range?.end ?? Infinity, file.sizeBytes - 1) + 1;
    const isWithin = start >= 0 && (end > start || (start === 0 && file.sizeBytes === 0));
    if (!isWithin) {
      throw new HubError('invalid_argument', `That range is not within the file's ${file.sizeBytes} bytes.`, {
        details: { size_bytes: file.sizeBytes },
      });
    }
    const release = this.blobs.pin(file.sha256);
    try {
      const stream = await this.blobs.read(file.sha256, start, end, file.sizeBytes);
      stream.once('close', release);
      return { file, stream, sizeBytes: Math.max(0, end - start) };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** A part of the check of all contents: see {@link checkContents}. */
  async checkContents(cursor?: string): Promise<ContentsCheck> {
    await this.#hub.durable(this.#hub.changedSeq);
    await this.blobs.writeOut(); // many at once are cheaper than one by one
    return checkContents(
      {
        db: this.#hub.reader,
        isInLog: (sha256) => this.blobs.isInLog(sha256),
        fileOf: (sha256) => this.blobs.fileOf(sha256),
        workspaceName: (id) => this.#hub.state.workspaces.get(id)?.name,
        elapsed: () => this.#hub.timers.elapsed(),
        signal: this.#checks.signal,
      },
      cursor,
    );
  }

  /** The record of a file, or of one version of it. `not_found` names similar paths. */
  async stat(workspace: string, path: string, version?: number): Promise<FileRecord> {
    const { record, content } = await this.#seen(() => {
      const record = this.#there(workspace, path);
      return { record, content: version === undefined ? record : this.#version(record, version) };
    });
    const { sha256, sizeBytes, mime, source, writtenBy, writtenAt, seq } = content;
    return { ...record, version: content.version, sha256, sizeBytes, mime, source, writtenBy, writtenAt, seq };
  }

  /** Files by path, or deleted ones by time of deletion. */
  async list(workspace: string, request: FileListRequest = {}): Promise<Page<FileRecord>> {
    await this.#hub.durable(this.#hub.changedSeq);
    return listFiles(this.#hub.reader, workspace, request);
  }

  /** {@link compareFiles}, with records as {@link Files.stat} gives them. */
  compare(before: FileRecord, after: FileRecord, contextLines: number, party: string): Promise<FileDiff> {
    return compareFiles({ read: (...of) => this.read(...of), diffs: this.#diffs }, before, after, contextLines, party);
  }

  /** One level of the tree; `''` is the top. */
  async folder(workspace: string, folder: string, request: PageRequest = {}): Promise<FolderListing> {
    const path = normalizeFolder(folder);
    if (path instanceof HubError) throw path;
    await this.#hub.durable(this.#hub.changedSeq);
    return listFolder(this.#hub.reader, workspace, path, request);
  }

  /** Files whose path matches a glob. A page may be short and still have a next one. */
  async find(
    workspace: string,
    glob: string,
    request: PageRequest & { readonly fits?: Fits<FileRecord> } = {},
  ): Promise<Page<FileRecord>> {
    await this.#hub.durable(this.#hub.changedSeq);
    return findFiles(this.#hub.reader, workspace, glob, request);
  }

  /** All kept versions, newest first. `not_found` for a file that is purged or never was. */
  async versions(
    fileId: string,
    request: PageRequest & { readonly fits?: Fits<FileVersion> } = {},
  ): Promise<Page<FileVersion>> {
    await this.#seen(() => {
      if (!this.#hub.files.byId(fileId)) throw new HubError('not_found', `There is no file ${fileId}; see file_list.`);
    });
    return listVersions(this.#hub.reader, fileId, request);
  }

  /** {@link FileChanges.copy}, answered once it is on disk. */
  copy(origin: Origin, input: CopyFileCommand): Promise<FileRecord> {
    return this.#hub.durably(() => this.changes.copy(origin, input));
  }

  /** {@link FileChanges.move}, answered once it is on disk. */
  move(origin: Origin, input: CopyFileCommand): Promise<FileRecord> {
    return this.#hub.durably(() => this.changes.move(origin, input));
  }

  /** {@link FileChanges.delete}, answered once it is on disk and what it purged is removed. */
  async delete(origin: Origin, input: DeleteFileCommand): Promise<void> {
    await this.#hub.durably(() => this.changes.delete(origin, input));
  }

  /** {@link FileChanges.restore}, answered once it is on disk. */
  restore(origin: Origin, input: RestoreFileCommand): Promise<FileRecord> {
    return this.#hub.durably(() => this.changes.restore(origin, input));
  }

  /**
   * Removes contents that a crash left without an event, and those of deleted workspaces. Contents that this
   * log never knew stay. A sweep that is running may have passed some already, so another follows it.
   */
  sweep(): Promise<number> {
    if (!this.#sweeping) {
      this.#sweeping = this.#sweep().finally(() => {
        this.#sweeping = undefined;
      });
      return this.#sweeping;
    }
    this.#nextSweep ??= this.#sweeping
      .catch(() => 0)
      .then(() => {
        this.#nextSweep = undefined;
        return this.sweep();
      });
    return this.#nextSweep;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#checks.abort(hubClosed());
    await this.changes.close();
    await (this.#nextSweep ?? this.#sweeping)?.catch(() => undefined); // said when it happened
    await this.blobs.close();
  }

  async #sweep(): Promise<number> {
    try {
      return await this.blobs.sweep(this.#hub.files);
    } catch (error) {
      this.#hub.logger?.warn({ err: error }, 'Orphaned contents could not be removed; the next start tries again');
      throw error;
    }
  }

  /** The outcome of a read, also an error, once all that it saw is on disk. */
  async #seen<T>(look: () => T): Promise<T> {
    try {
      return look();
    } finally {
      await this.#hub.durable(this.#hub.changedSeq);
    }
  }

  #at(workspace: string, path: string): FileRecord | undefined {
    const normal = normalizePath(path);
    if (normal instanceof HubError) throw normal;
    return this.#hub.files.byPath(workspace, normal);
  }

  #there(workspace: string, path: string): FileRecord {
    const file = this.#at(workspace, path);
    if (file && file.deletedAt === undefined) return file;
    const name = JSON.stringify(path);
    if (file) {
      throw new HubError(
        'not_found',
        `${name} was deleted; file_restore with version ${file.version} brings it back.`,
        {
          details: { deleted_at: file.deletedAt, version: file.version },
        },
      );
    }
    const near = nearNames(path, pathsAround(this.#hub.reader, workspace, folderOf(path)));
    const instead =
      near.length === 0
        ? 'See file_list or file_find.'
        : `Near to it: ${near.map((one) => JSON.stringify(one)).join(', ')}.`;
    throw new HubError('not_found', `There is no file ${name}. ${instead}`, { details: { near } });
  }

  #version(file: FileRecord, version: number): FileVersion {
    const found = this.#hub.files.version(file.id, version);
    if (found) return found;
    throw new HubError('not_found', `${JSON.stringify(file.path)} has no version ${version}; see file_versions.`, {
      details: { newest: file.version },
    });
  }
}
