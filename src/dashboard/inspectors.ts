import { RefusedInspector } from './connecting/refused-inspector.tsx';
import { FileInspector } from './features/files/file-inspector.tsx';
import { EventInspector } from './features/inspector/event-inspector.tsx';
import { FrameInspector } from './features/inspector/frame-inspector.tsx';
import { SessionInspector } from './features/inspector/session-inspector.tsx';
import { JobInspector } from './features/jobs/job-inspector.tsx';
import { KeyInspector } from './features/keys/key-inspector.tsx';
import { LockInspector } from './features/locks/lock-inspector.tsx';
import { WireInspector } from './features/wire/wire-inspector.tsx';
import type { InspectorRegistry } from './screen-registry.ts';

/** What the inspector shows for each kind of selection. */
export const inspectors: InspectorRegistry = {
  event: { title: 'Event', view: EventInspector },
  frame: { title: 'Message', view: FrameInspector },
  wire: { title: 'Frame', view: WireInspector },
  session: { title: 'Session', view: SessionInspector },
  file: { title: 'File', view: FileInspector },
  job: { title: 'Job', view: JobInspector },
  lock: { title: 'Lock', view: LockInspector },
  key: { title: 'Key', view: KeyInspector },
  refused: { title: 'Refused connection', view: RefusedInspector },
};
