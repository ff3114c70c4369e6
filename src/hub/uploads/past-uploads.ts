import { HubError } from '../../protocol/errors.ts';
import type { UploadState } from '../../protocol/state.ts';
import type { Db } from '../log/db.ts';
import { noUpload } from '../rules/uploads.ts';
import { actorFromColumn } from '../log/file-rows.ts';

export interface UploadStatus {
  readonly upload: UploadState;
  readonly receivedBytes: number;
  /** Present once all bytes are in and the file is written. */
  readonly finished?: { readonly fileId: string; readonly version: number };
}

/** Id of the workspace of an upload, as it is on disk. */
export function workspaceOfUpload(db: Db, uploadId: string): string | undefined {
  const row = db.prepare('SELECT workspace FROM uploads WHERE id = ?').get(uploadId);
  return row && String(row['workspace']);
}

/**
 * The outcome of an upload that is no longer open. Throws `gone` if it was cancelled, `not_found` if there
 * was none.
 */
export function pastUpload(db: Db, uploadId: string): UploadStatus {
  const row = db.prepare('SELECT * FROM uploads WHERE id = ?').get(uploadId);
  if (!row) throw noUpload(uploadId);
  if (row['status'] !== 'finished') {
    const reason = String(row['reason'] ?? 'unknown');
    throw new HubError('gone', `Upload ${uploadId} was cancelled (${reason}); make a new one with upload_create.`, {
      details: { reason },
    });
  }
  const sizeBytes = Number(row['size_bytes']);
  return {
    upload: {
      id: uploadId,
      workspace: String(row['workspace']),
      path: String(row['path']),
      sizeBytes,
      startedBy: actorFromColumn(row['started_by']),
      startedAt: Number(row['started_at']),
      expiresAt: Number(row['expires_at']),
    },
    receivedBytes: sizeBytes,
    finished: { fileId: String(row['file_id']), version: Number(row['version']) },
  };
}
