import { HubError } from '../../protocol/errors.ts';
import type { UploadState } from '../../protocol/state.ts';

/** The refusal of a piece that does not go on where the last one ended. */
export function offsetMismatch(offset: number, there: number): HubError {
  return new HubError(
    'offset_mismatch',
    `The upload has ${there} bytes, so it goes on at ${there}, not at ${offset}.`,
    { details: { offset: there } },
  );
}

/** The refusal of more bytes than an upload was announced with. */
export function tooLong({ sizeBytes }: UploadState): HubError {
  return new HubError(
    'too_large',
    `The upload was announced with ${sizeBytes} bytes and more are coming; make a new one of the right size.`,
    { details: { size_bytes: sizeBytes } },
  );
}
