import type { AnyJobKind } from '../../jobs/job-kind.ts';
import type { FolderFile, JobTask, SourceFile } from '../../jobs/job-task.ts';
import { HubError } from '../../protocol/errors.ts';
import type { FileRecord } from '../../protocol/records.ts';
import type { JobState } from '../../protocol/state.ts';
import { formatCount, formatSize } from '../../protocol/words/units.ts';
import type { Files } from '../files/files.ts';
import type { Hub } from '../hub.ts';
import { nameOf } from '../paths/path.ts';

/** Of a folder, most files that a job is given: their list is sent to its process. */
const MOST_FILES = 10_000;

/** What a job works on, kept until it is released. */
export interface PinnedSource extends Pick<JobTask, 'file' | 'files'> {
  readonly release: () => void;
}

/** The contents that a job works on; the error of what is not there, damaged, or too much. */
export async function pinSource(
  hub: Hub,
  files: Files,
  kind: AnyJobKind,
  job: JobState,
  signal: AbortSignal,
): Promise<PinnedSource | HubError> {
  if (kind.source === 'folder') return pinFolder(files, kind, job, signal);
  if (job.fileId === undefined || job.version === undefined) return { release: () => undefined };
  const version = hub.files.version(job.fileId, job.version);
  if (!version) return new HubError('gone', 'The file was purged before its turn came.');
  const release = files.blobs.pin(version.sha256);
  const file = await sourceFile(files, job.path, version);
  if (!(file instanceof HubError)) return { file, release };
  release();
  return file;
}

/** All files below a folder. */
async function pinFolder(
  files: Files,
  kind: AnyJobKind,
  { workspace, path }: JobState,
  signal: AbortSignal,
): Promise<PinnedSource | HubError> {
  const pins: (() => void)[] = [];
  const release = (): void => pins.forEach((unpin) => unpin());
  const give = (error: HubError): HubError => {
    release();
    return error;
  };
  const found: FolderFile[] = [];
  let sizeBytes = 0;
  let cursor: string | undefined;
  do {
    const prefix = path === '/' ? '' : path;
    const page: Awaited<ReturnType<Files['list']>> = await files.list(workspace, {
      prefix,
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { sha256 } of page.items) pins.push(files.blobs.pin(sha256));
    for (const record of page.items) {
      sizeBytes += record.sizeBytes;
      if (found.length === MOST_FILES) return give(tooMany(path));
      if (sizeBytes > kind.limits.inputBytes) return give(tooLarge(kind, path));
      const file = await sourceFile(files, record.path, record);
      if (file instanceof HubError) return give(file);
      found.push({ ...file, path: record.path });
      if (signal.aborted) return give(new HubError('cancelled', 'The job ended before its turn came.'));
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { files: found, release };
}

async function sourceFile(
  files: Files,
  path: string,
  { sha256, sizeBytes, mime }: Pick<FileRecord, 'sha256' | 'sizeBytes' | 'mime'>,
): Promise<SourceFile | HubError> {
  const location = await files.blobs.soundFile(sha256, sizeBytes);
  return typeof location === 'string' ? { location, name: nameOf(path), sizeBytes, sha256, mime } : location;
}

function tooMany(folder: string): HubError {
  return new HubError(
    'too_large',
    `Below ${folder} are more than ${formatCount(MOST_FILES)} files; take its folders one by one.`,
  );
}

function tooLarge({ name, limits }: AnyJobKind, folder: string): HubError {
  return new HubError(
    'too_large',
    `The files below ${folder} are larger than the ${formatSize(limits.inputBytes)} that ${name} takes; take its folders one by one.`,
  );
}
