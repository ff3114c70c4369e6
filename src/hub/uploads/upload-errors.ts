import { HubError } from '../../protocol/errors.ts';
import type { UploadState } from '../../protocol/state.ts';

/** The refusal of a piece that does not start where the last one ended. */
export function offsetMismatch(offset: number, there: number): HubError {
  return new HubError(
    'offset_mismatch',
    `The upload has ${there} bytes, so it goes on at ${there}, not at ${offset}.`,
    { details: { offset: there } },
  );
}

/** The refusal of more bytes than announced. */
export function tooLong({ sizeBytes }: UploadState): HubError {
  return new HubError(
    'too_large',
    `The upload was announced with ${sizeBytes} bytes and more are coming; make a new one of the right size.`,
    { details: { size_bytes: sizeBytes } },
  );
}

/** The refusal to cancel an upload that has become a file. */
export function alreadyFinished(uploadId: string): HubError {
  return new HubError('conflict', `Upload ${uploadId} has finished; delete its file if it is not wanted.`);
}
