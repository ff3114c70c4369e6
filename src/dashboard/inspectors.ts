import { EventInspector } from './features/inspector/event-inspector.tsx';
import { FrameInspector } from './features/inspector/frame-inspector.tsx';
import { SessionInspector } from './features/inspector/session-inspector.tsx';
import type { InspectorRegistry } from './screen-registry.ts';

/** What the inspector shows for each kind of selection. */
export const inspectors: InspectorRegistry = {
  event: { title: 'Event', view: EventInspector },
  frame: { title: 'Message', view: FrameInspector },
  session: { title: 'Session', view: SessionInspector },
};
