import type { Actor } from '../../../protocol/envelope.ts';
import type { HubError } from '../../../protocol/errors.ts';
import type { UploadState } from '../../../protocol/state.ts';
import { sentBytesOf, type UploadItem } from '../../uploads/uploads.ts';

/** An upload under way, of this page or of another client. */
export type UploadLine = {
  readonly key: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
} & (
  | { readonly from: 'here'; readonly id: number; readonly status: UploadItem['status']; readonly error?: HubError }
  | { readonly from: 'elsewhere'; readonly uploadId: string; readonly startedBy: Actor }
);

const rank = { failed: 0, sending: 1, waiting: 2, done: 3 } as const;

/**
 * The uploads into a workspace: failed ones first, then running ones, then queued ones. The hub reports this
 * page's uploads too; each is shown once.
 */
export function uploadLines(
  workspace: string,
  items: readonly UploadItem[],
  uploads: Iterable<UploadState>,
  received: ReadonlyMap<string, number>,
): readonly UploadLine[] {
  const mine = items.filter((item) => item.workspace === workspace);
  const paths = new Set(mine.filter(({ status }) => status !== 'done').map(({ path }) => path));
  const here = mine
    .toSorted((a, b) => rank[a.status] - rank[b.status] || a.id - b.id)
    .map((item): UploadLine => {
      const { id, path, sizeBytes, status, error } = item;
      return {
        key: `here ${id}`,
        from: 'here',
        id,
        path,
        sizeBytes,
        sentBytes: sentBytesOf(item, received),
        status,
        ...(error === undefined ? {} : { error }),
      };
    });
  const elsewhere: UploadLine[] = [];
  for (const upload of uploads) {
    const isMine = upload.startedBy.kind === 'human' && paths.has(upload.path);
    if (upload.workspace !== workspace || isMine) continue;
    const { id, path, sizeBytes, startedBy } = upload;
    elsewhere.push({
      key: id,
      from: 'elsewhere',
      uploadId: id,
      path,
      sizeBytes,
      sentBytes: received.get(id) ?? 0,
      startedBy,
    });
  }
  return [...elsewhere, ...here];
}

/** The sum of all lines, for the tray's head, without failed ones. */
export function uploadTotals(lines: readonly UploadLine[]): {
  readonly open: number;
  readonly done: number;
  readonly failed: number;
  /** 0 to 1 of all bytes, without failed uploads. */
  readonly fraction: number;
} {
  let [open, done, failed, sent, whole] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    const status = line.from === 'here' ? line.status : 'sending';
    if (status === 'failed') {
      failed += 1;
      continue;
    }
    if (status === 'done') done += 1;
    else open += 1;
    // An empty file counts too: otherwise a thousand of them would look done at once.
    whole += line.sizeBytes + 1;
    sent += status === 'done' ? line.sizeBytes + 1 : line.sentBytes;
  }
  return { open, done, failed, fraction: whole === 0 ? 1 : sent / whole };
}
