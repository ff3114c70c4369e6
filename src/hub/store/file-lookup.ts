import type { HubEvent } from '../../protocol/events.ts';
import { hasNoun } from '../../protocol/noun.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import { placeKey } from '../../protocol/place-key.ts';
import type { Db } from '../log/db.ts';
import type { FileLookup } from '../rule.ts';
import { fileFromRow, versionFromRow } from '../log/file-rows.ts';
import { recordAfter, versionOf, type FileEvent } from '../rules/file-records.ts';

/** A file after the events not yet written; `record` is undefined if it was purged. */
interface UnwrittenFile {
  readonly record: FileRecord | undefined;
  /** Versions that the overlay adds, oldest first. */
  readonly versions: readonly FileVersion[];
  readonly seq: number;
}

/**
 * The files as of the last applied event: the projection on disk, and over it the events not yet written.
 * Rules read it in the same turn in which their events are applied.
 *
 * The projection may be ahead of {@link settled}: then both have the same facts, and the overlay is used.
 */
export class StoredFiles implements FileLookup {
  readonly #reader: Db;
  readonly #files = new Map<string, UnwrittenFile>();
  /** File ids in the overlay, by `placeKey`. */
  readonly #places = new Map<string, Set<string>>();
  /** Deleted workspaces whose rows may still exist, with the seq of their deletion. */
  readonly #deletedWorkspaces = new Map<string, number>();
  /** Entries to drop when a seq is on disk, oldest first. */
  #unsettled: { readonly seq: number; readonly fileId?: string; readonly workspace?: string }[] = [];

  constructor(reader: Db) {
    this.#reader = reader;
  }

  /** The file at a path; if there is none, the one deleted last. */
  byPath(workspace: string, path: string): FileRecord | undefined {
    const found: FileRecord[] = [];
    for (const id of this.#places.get(placeKey(workspace, path)) ?? []) {
      const record = this.#files.get(id)?.record;
      if (record) found.push(record);
    }
    if (!this.#deletedWorkspaces.has(workspace)) {
      const there = this.#reader.prepare('SELECT * FROM files WHERE workspace = ? AND path = ? AND deleted_at IS NULL');
      const row = there.get(workspace, path);
      if (row && !this.#files.has(String(row['id']))) found.push(fileFromRow(row));
      if (!found.some(isThere)) {
        const deleted = this.#reader.prepare(
          'SELECT * FROM files WHERE workspace = ? AND path = ? AND deleted_at IS NOT NULL ORDER BY deleted_at DESC',
        );
        const last = deleted.all(workspace, path).find((one) => !this.#files.has(String(one['id'])));
        if (last) found.push(fileFromRow(last));
      }
    }
    return found.find(isThere) ?? found.sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0))[0];
  }

  byId(fileId: string): FileRecord | undefined {
    const pending = this.#files.get(fileId);
    if (pending) return pending.record;
    const row = this.#reader.prepare('SELECT * FROM files WHERE id = ?').get(fileId);
    return row && !this.#deletedWorkspaces.has(String(row['workspace'])) ? fileFromRow(row) : undefined;
  }

  version(fileId: string, version: number): FileVersion | undefined {
    const pending = this.#files.get(fileId);
    const found = pending?.versions.find((one) => one.version === version);
    if (found) return found;
    if (!this.byId(fileId)) return undefined;
    const row = this.#reader
      .prepare('SELECT * FROM file_versions WHERE file_id = ? AND version = ?')
      .get(fileId, version);
    return row && versionFromRow(row);
  }

  keptBytes(fileId: string): number {
    if (!this.byId(fileId)) return 0;
    const pending = this.#files.get(fileId)?.versions ?? [];
    const below = pending[0]?.version ?? Number.MAX_SAFE_INTEGER;
    const row = this.#reader
      .prepare('SELECT coalesce(sum(size_bytes), 0) AS bytes FROM file_versions WHERE file_id = ? AND version < ?')
      .get(fileId, below);
    return pending.reduce((sum, { sizeBytes }) => sum + sizeBytes, Number(row?.['bytes']));
  }

  /** Hashes of all kept versions of a file. */
  contentsOf(fileId: string): string[] {
    if (!this.byId(fileId)) return [];
    const rows = this.#reader.prepare('SELECT DISTINCT sha256 FROM file_versions WHERE file_id = ?').all(fileId);
    const pending = this.#files.get(fileId)?.versions ?? [];
    return [...new Set([...rows.map((row) => String(row['sha256'])), ...pending.map(({ sha256 }) => sha256)])];
  }

  /** Whether any kept version has this content; may still say yes for one whose purge is not yet on disk. */
  refersTo(sha256: string): boolean {
    if (this.#reader.prepare('SELECT 1 FROM file_versions WHERE sha256 = ? LIMIT 1').get(sha256)) return true;
    for (const { versions } of this.#files.values()) {
      if (versions.some((version) => version.sha256 === sha256)) return true;
    }
    return false;
  }

  /** Whether a purged version had this content, by what is on disk. */
  onceReferredTo(sha256: string): boolean {
    return this.#reader.prepare('SELECT 1 FROM purged_contents WHERE sha256 = ?').get(sha256) !== undefined;
  }

  applied(event: HubEvent): void {
    if (hasNoun(event, 'file')) this.#applyFile(event);
    if (event.type !== 'workspace.deleted') return;
    for (const [fileId, { record }] of this.#files) {
      if (record?.workspace !== event.workspace) continue;
      this.#put(fileId, { record: undefined, versions: [], seq: event.seq });
      this.#unsettled.push({ seq: event.seq, fileId });
    }
    this.#deletedWorkspaces.set(event.workspace, event.seq);
    this.#unsettled.push({ seq: event.seq, workspace: event.workspace });
  }

  settled(seq: number): void {
    let done = 0;
    for (const entry of this.#unsettled) {
      if (entry.seq > seq) break;
      done += 1;
      if (entry.fileId !== undefined) this.#settleFile(entry.fileId, seq);
      if (entry.workspace !== undefined) this.#deletedWorkspaces.delete(entry.workspace);
    }
    if (done > 0) this.#unsettled = this.#unsettled.slice(done);
  }

  reset(): void {
    this.#files.clear();
    this.#places.clear();
    this.#deletedWorkspaces.clear();
    this.#unsettled = [];
  }

  /** Drops what the projection has by now, also of a file that is written without a pause. */
  #settleFile(fileId: string, seq: number): void {
    const pending = this.#files.get(fileId);
    if (!pending) return;
    if (pending.seq <= seq) return this.#drop(fileId);
    const [oldest] = pending.versions;
    if (oldest && oldest.seq <= seq) {
      this.#files.set(fileId, { ...pending, versions: pending.versions.filter((version) => version.seq > seq) });
    }
  }

  #applyFile(event: FileEvent): void {
    const record = recordAfter(event, this.byId(event.fileId));
    const added = versionOf(event);
    const before = this.#files.get(event.fileId)?.versions ?? [];
    const versions = record ? (added ? [...before, added] : before) : [];
    this.#put(event.fileId, { record, versions, seq: event.seq });
    this.#unsettled.push({ seq: event.seq, fileId: event.fileId });
  }

  #put(fileId: string, pending: UnwrittenFile): void {
    this.#drop(fileId);
    this.#files.set(fileId, pending);
    if (!pending.record) return;
    const place = placeKey(pending.record.workspace, pending.record.path);
    const ids = this.#places.get(place);
    if (ids) ids.add(fileId);
    else this.#places.set(place, new Set([fileId]));
  }

  #drop(fileId: string): void {
    const record = this.#files.get(fileId)?.record;
    this.#files.delete(fileId);
    if (!record) return;
    const place = placeKey(record.workspace, record.path);
    const ids = this.#places.get(place);
    ids?.delete(fileId);
    if (ids?.size === 0) this.#places.delete(place);
  }
}

function isThere(record: FileRecord): boolean {
  return record.deletedAt === undefined;
}
