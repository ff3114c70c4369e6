import { HubError } from '../../protocol/errors.ts';
import type { Actor } from '../../protocol/envelope.ts';
import type { FileRecord } from '../../protocol/records.ts';
import type { BlobStore } from '../disk/blob-store.ts';
import type { StagedBlob } from '../disk/staged-blob.ts';
import { checksumMismatch } from '../disk/checked-content.ts';
import type { Hub } from '../hub.ts';
import { normalizePath } from '../paths/path.ts';
import type { Origin, Rule, RuleEnv } from '../rule.ts';
import { copyFile, moveFile, type CopyFileCommand } from '../rules/file-copies.ts';
import {
  checkWrite,
  deleteFile,
  restoreFile,
  writeFile,
  type DeleteFileCommand,
  type RestoreFileCommand,
} from '../rules/files.ts';
import { quotaRefusal } from '../rules/write-guard.ts';
import type { Committed } from '../store/applied.ts';
import { FollowUps } from '../store/follow-ups.ts';
import { ContentRoom } from './content-room.ts';
import { contentTypeOf } from './content-type.ts';
import type { FileWriteInput } from './file-content.ts';

/**
 * Changes of files, answered when they are applied: before its own answer the caller waits for `durable`. A
 * content is on disk before the commit that refers to it, or with it.
 */
export class FileChanges {
  readonly #hub: Hub;
  readonly #blobs: BlobStore;
  readonly #room: ContentRoom;
  readonly #followUps = new FollowUps();

  constructor(hub: Hub, blobs: BlobStore) {
    this.#hub = hub;
    this.#blobs = blobs;
    this.#room = new ContentRoom(hub.limits);
  }

  /**
   * Streams a content in and makes it the path's newest version. What can be checked before the first byte
   * (role, path, lock, version, quota) is; the rest is checked when it has arrived. `limit_reached` while too many
   * contents that came as a whole wait for the disk.
   */
  async write(origin: Origin, input: FileWriteInput): Promise<Committed<FileRecord>> {
    const { content } = input;
    const known = content instanceof Uint8Array ? content.byteLength : 0;
    const checked = checkWrite(this.#hub.state, { ...input, sizeBytes: known }, this.#env(origin.actor));
    if (checked instanceof HubError) throw checked;
    const leave = this.#room.take(origin.actor, known);
    try {
      const committed = await this.#write(origin, input, checked.path);
      committed.durable.then(leave, leave);
      return committed;
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #write(origin: Origin, input: FileWriteInput, path: string): Promise<Committed<FileRecord>> {
    const { content, workspace, sha256 } = input;
    const staged = await this.#blobs.stage(content, {
      check: (receivedBytes) => this.#mustHaveRoom(workspace, receivedBytes),
      ...(input.signal ? { signal: input.signal } : {}),
      ...(origin.actor.kind === 'agent' ? { keyId: origin.actor.key } : {}),
    });
    return this.commitStaged(staged, async () => {
      if (sha256 !== undefined && sha256.toLowerCase() !== staged.sha256) throw checksumMismatch(sha256, staged.sha256);
      const { source, ifVersion, lockId, fence } = input;
      const mime = await contentTypeOf(staged.head, path, input.mime);
      const { sizeBytes } = staged;
      const command = {
        workspace,
        path,
        sha256: staged.sha256,
        sizeBytes,
        mime,
        source,
        ifVersion,
        lockId,
        fence,
      };
      const { row } = staged;
      const taken = row && { sha256: staged.sha256, bytes: row.bytes };
      const committed = this.#hub.commit(writeFile, command, origin, taken);
      row?.applied();
      return committed;
    });
  }

  /**
   * Runs the commit that refers to a staged content, and releases the content once that is on disk.
   * Where the commit was refused, or lost by the disk, the content is removed.
   */
  async commitStaged<T>(staged: StagedBlob, commit: () => Promise<Committed<T>>): Promise<Committed<T>> {
    const giveUp = async (): Promise<void> => {
      staged.row?.lost();
      staged.release();
      await this.#forget([staged.sha256]);
    };
    let committed: Committed<T>;
    try {
      committed = await commit();
    } catch (error) {
      await giveUp();
      throw error;
    }
    const keep = async (): Promise<void> => {
      staged.row?.stored(committed.seq);
      await this.#blobs.committed(staged.sha256);
      staged.release();
    };
    return this.#followUps.behind(committed, keep, giveUp);
  }

  /** A copy is a new file, or with `overwrite` the next version of the file at the target. Its content must be there. */
  copy(origin: Origin, input: CopyFileCommand): Committed<FileRecord> {
    if (this.#isAllowed(copyFile, input, origin)) this.#mustHaveContentOf(input);
    return this.#hub.commit(copyFile, input, origin);
  }

  /** The file keeps its id and versions. A move to another workspace is a copy and a deletion. */
  move(origin: Origin, input: CopyFileCommand): Committed<FileRecord> {
    const leaves = input.toWorkspace !== undefined && input.toWorkspace !== input.workspace;
    if (leaves && this.#isAllowed(moveFile, input, origin)) this.#mustHaveContentOf(input);
    return this.#hub.commit(moveFile, input, origin);
  }

  /** Into the bin. With `purge` for good: contents that no other file has are removed once the purge is on disk. */
  delete(origin: Origin, input: DeleteFileCommand): Committed<{ readonly fileId: string }> {
    const contents = input.purge === true ? this.#contentsOf(input) : [];
    const committed = this.#hub.commit(deleteFile, input, origin);
    return contents.length === 0 ? committed : this.#followUps.after(committed, () => this.#forget(contents));
  }

  /** Makes an older version's content the newest version. Also brings a deleted file back. The content must be there. */
  restore(origin: Origin, input: RestoreFileCommand): Committed<FileRecord> {
    const path = normalizePath(input.path);
    const { files } = this.#hub;
    const file =
      input.fileId === undefined
        ? path instanceof HubError
          ? undefined
          : files.byPath(input.workspace, path)
        : files.byId(input.fileId);
    const content = file && files.version(file.id, input.version);
    if (content && this.#isAllowed(restoreFile, input, origin)) this.#blobs.mustHave(content.sha256);
    return this.#hub.commit(restoreFile, input, origin);
  }

  /** Waits for what follows the commits made so far. */
  async close(): Promise<void> {
    await this.#followUps.done();
  }

  #contentsOf({ workspace, path, fileId }: DeleteFileCommand): readonly string[] {
    const normal = normalizePath(path);
    if (normal instanceof HubError) throw normal;
    const file = fileId === undefined ? this.#hub.files.byPath(workspace, normal) : this.#hub.files.byId(fileId);
    return file ? this.#hub.files.contentsOf(file.id) : [];
  }

  async #forget(contents: readonly string[]): Promise<void> {
    for (const sha256 of contents) {
      // What cannot be removed now is an orphan, and is swept later.
      await this.#blobs.remove(sha256, this.#hub.files).catch(() => undefined);
    }
  }

  #mustHaveRoom(workspaceId: string, sizeBytes: number): void {
    const workspace = this.#hub.state.workspaces.get(workspaceId);
    if (!workspace) throw new HubError('not_found', 'The workspace was deleted meanwhile.');
    const full = quotaRefusal(this.#hub.state, workspace, sizeBytes);
    if (full) throw full;
  }

  /** Whether a rule allows this. A refused caller must not learn whether the content is there. */
  #isAllowed<C, R>(rule: Rule<C, R>, command: C, { actor }: Origin): boolean {
    const decided = rule(this.#hub.state, command, this.#env(actor));
    return !(decided instanceof HubError) && !('refused' in decided);
  }

  #mustHaveContentOf({ workspace, from }: CopyFileCommand): void {
    const path = normalizePath(from);
    const source = path instanceof HubError ? undefined : this.#hub.files.byPath(workspace, path);
    if (source && source.deletedAt === undefined) this.#blobs.mustHave(source.sha256);
  }

  #env(actor: Actor): RuleEnv {
    this.#hub.noteClock();
    const { newId, files, limits } = this.#hub;
    return { actor, now: this.#hub.now(), newId, files, limits };
  }
}
