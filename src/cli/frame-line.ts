import type { FrameRecord } from '../protocol/frame-record.ts';
import { formatDateTime, formatDuration, formatSize } from '../protocol/words/units.ts';

/** A frame on a line of a terminal: when, which way, whose, what, how it went, how long it took, how large it was. */
export function frameLine(frame: FrameRecord, keyNames: ReadonlyMap<string, string>): string {
  const { at, direction, keyId, agent, kind, method, tool, subject, status, outcome, code, latencyMs, sizeBytes } =
    frame;
  const key = keyId === undefined ? '-' : (keyNames.get(keyId) ?? keyId);
  const parts = [
    formatDateTime(at),
    direction === 'in' ? '>' : '<',
    agent === undefined ? key : `${key}/${agent}`,
    kind,
    method,
    tool,
    subject,
    status,
    outcome === 'ok' ? undefined : (code ?? outcome),
    latencyMs === undefined ? undefined : formatDuration(latencyMs),
    formatSize(sizeBytes),
  ];
  return parts
    .filter((part) => part !== undefined)
    .map((part) => printable(String(part)))
    .join('  ');
}

/** What an agent sent must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '?');
}
