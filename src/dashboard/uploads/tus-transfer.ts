import { DetailedError, Upload } from 'tus-js-client';
import { fromWire, HubError } from '../../protocol/errors.ts';
import type { Report, Target, Transfer } from './transfer.ts';

/** Sends a file of this page over tus; it resumes by itself after a broken connection. */
export function tusTransfer(file: File, { workspace, path }: Target, endpoint: string, report: Report): Transfer {
  const upload = new Upload(file, {
    endpoint,
    metadata: { workspace, path, ...(file.type === '' ? {} : { filetype: file.type }) },
    retryDelays: [0, 500, 1_500, 4_000, 8_000],
    storeFingerprintForResuming: false,
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      return status === 0 || status === 423 || status >= 500; // all else is the hub's word
    },
    onProgress: (sentBytes) => report.sent(sentBytes),
    onSuccess: () => report.done(),
    onError: (error) => report.failed(problemOf(error)),
  });
  return {
    start: () => upload.start(),
    cancel: async () => upload.abort(true).catch(() => undefined), // it expires by itself
  };
}

/** The hub's refusal out of an HTTP answer, or that there was none. */
function problemOf(error: Error): HubError {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  if (!body) return new HubError('hub_closed', 'The connection broke and could not be made again. Try again.');
  try {
    const parsed: unknown = JSON.parse(body);
    return fromWire(typeof parsed === 'object' && parsed !== null && 'error' in parsed ? parsed.error : parsed);
  } catch {
    return new HubError('internal', body.slice(0, 200));
  }
}
