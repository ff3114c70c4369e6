import type { EventsOf } from '../events.ts';
import type { HubState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** Uploads that are not finished. Their progress is not logged: it comes in ticks. */
export function reduceUpload(state: HubState, event: EventsOf<'upload'>): void {
  switch (event.type) {
    case 'upload.started':
      state.uploads.set(event.uploadId, {
        id: event.uploadId,
        workspace: event.workspace,
        path: event.path,
        sizeBytes: event.sizeBytes,
        ...(event.sha256 === undefined ? {} : { sha256: event.sha256 }),
        ...(event.mime === undefined ? {} : { mime: event.mime }),
        ...(event.lockId === undefined ? {} : { lockId: event.lockId }),
        ...(event.fence === undefined ? {} : { fence: event.fence }),
        ...(event.source === undefined ? {} : { source: event.source }),
        startedBy: event.actor,
        startedAt: timeOf(event),
        expiresAt: event.expiresAt,
      });
      return;
    case 'upload.finished':
    case 'upload.cancelled':
      state.uploads.delete(event.uploadId);
      return;
    default:
      event satisfies never;
  }
}
