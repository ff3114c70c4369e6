import { DetailedError, Upload } from 'tus-js-client';
import { HubError } from '../../protocol/errors.ts';
import { refusalIn } from '../response-refusal.ts';
import type { UploadReport, UploadTarget, UploadTransfer } from './upload-transfer.ts';

/** Sends a file of this page over tus; it resumes by itself after a broken connection. */
export function tusTransfer(
  file: File,
  { workspace, path }: UploadTarget,
  endpoint: string,
  report: UploadReport,
): UploadTransfer {
  const upload = new Upload(file, {
    endpoint,
    metadata: { workspace, path, ...(file.type === '' ? {} : { filetype: file.type }) },
    retryDelays: [0, 500, 1_500, 4_000, 8_000],
    storeFingerprintForResuming: false,
    onShouldRetry: mayPass,
    onProgress: (sentBytes) => report.sent(sentBytes),
    onSuccess: () => report.done(),
    onError: (error) => report.failed(uploadProblem(error)),
  });
  return {
    start: () => upload.start(),
    cancel: async () => upload.abort(true).catch(() => undefined), // it expires by itself
  };
}

/** The hub's refusal from an HTTP answer, or an error for none. */
function uploadProblem(error: Error): HubError {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  if (!body) return new HubError('hub_closed', 'The connection broke and could not be made again. Try again.');
  return refusalIn(body, body.slice(0, 200));
}

/**
 * Whether a failed request may succeed if it is sent again: no answer, a piece that is still being written,
 * an error of the hub. A full quota does not empty by itself; a full disk may.
 */
function mayPass(error: DetailedError): boolean {
  const status = error.originalResponse?.getStatus() ?? 0;
  if (status === 0 || status === 423) return true;
  return status >= 500 && uploadProblem(error).code !== 'quota_exceeded';
}
