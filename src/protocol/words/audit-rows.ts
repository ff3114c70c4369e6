import type { StoredEvent } from '../events.ts';
import { timeOf } from '../time-of.ts';
import { escapeLineSeparators } from './line-separators.ts';

/** Forms in which events of the log are exported. */
export const exportFormats = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const COLUMNS = 'seq,time,type,workspace,actor,key,session,cause,payload,prev_hash,hash';

/** What an export begins with. */
export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? `${COLUMNS}\r\n` : '';
}

/**
 * An event as a line of an export: as JSON Lines, just as the log has it, its hashes too; as CSV (RFC 4180), its own
 * fields as JSON in one column. Times are UTC.
 */
export function exportLine(event: StoredEvent, format: ExportFormat): string {
  if (format === 'jsonl') return `${escapeLineSeparators(JSON.stringify(event))}\n`;
  const { seq, at: _at, clock: _clock, type, actor, cause, prevHash, hash, ...payload } = event;
  const { workspace, ...fields } = payload as typeof payload & { readonly workspace?: string };
  const [key, session] = actor.kind === 'agent' ? [actor.key, actor.session] : [];
  const cells = [seq, new Date(timeOf(event)).toISOString(), type, workspace, actor.kind, key, session, cause];
  return `${[...cells, JSON.stringify(fields), prevHash, hash].map(cell).join(',')}\r\n`;
}

/** Quoted where it has to be. What a spreadsheet would take for a formula is set behind an apostrophe: agents write it. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const inert = typeof value === 'string' && /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
