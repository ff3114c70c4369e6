import type { HubErrorCode } from '../../protocol/errors.ts';
import type { TapRecorder } from './exchange-tap.ts';

/** Records what came over a connection and is no HTTP, as far as the parser got it, and what it is answered. */
export function recordUnreadable(
  recorder: TapRecorder,
  error: NodeJS.ErrnoException,
  answer: { readonly status: number; readonly code: HubErrorCode; readonly head: string; readonly body: string },
): void {
  const { rawPacket: packet } = error as { readonly rawPacket?: unknown };
  // Without bytes it is the end of a connection, whose exchange says so itself.
  if (!(packet instanceof Uint8Array) || packet.byteLength === 0) return;
  const n = recorder.record({ kind: 'exchange', direction: 'in', outcome: 'pending', sizeBytes: 0 });
  recorder.update({
    n,
    status: answer.status,
    outcome: 'refused',
    code: answer.code,
    head: answer.head,
    body: packet,
    answer: answer.body,
  });
}
