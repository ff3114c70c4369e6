import type { HubEvent } from '../../../protocol/events.ts';
import type { AuditQuery } from '../../../protocol/records.ts';
import { matches, toQuery, type AuditFilter } from './audit-filter.ts';

/** More rows than this are not kept: the far end is dropped and asked for again when scrolled to. */
export const keptRows = 5_000;
/** Rows asked for at once. */
export const pageRows = 200;

/**
 * The part of the log that the audit screen holds: a stretch without gaps of the events that
 * pass the filter, newest first. Its ends are found again by time and seq rather than by a
 * cursor, so that either end may be dropped and read back.
 */
export interface AuditWindow {
  readonly rows: readonly HubEvent[];
  /** Whether there are older events behind the last row. */
  readonly older: boolean;
  /** Whether there are newer events, on disk or told, before the first row. */
  readonly newer: boolean;
  /** Matching events told while the tail was not followed. */
  readonly unseen: number;
}

export const emptyAudit: AuditWindow = { rows: [], older: true, newer: false, unseen: 0 };

/** The window after a first page (newest first). `more` says whether the log goes on. */
export function firstPage(events: readonly HubEvent[], more: boolean): AuditWindow {
  return { rows: events, older: more, newer: false, unseen: 0 };
}

/** A page starting at an event in the middle of the log: the rows up to it and what is older. */
export function pageFrom(events: readonly HubEvent[], more: boolean): AuditWindow {
  return { rows: events, older: more, newer: true, unseen: 0 };
}

/**
 * The query for what is older than the last row. Several events may share a millisecond, so the
 * answer may begin with rows that are there already; {@link withOlder} drops them.
 */
export function olderQuery(filter: AuditFilter, window: AuditWindow): AuditQuery {
  const last = window.rows.at(-1);
  const base = { ...toQuery(filter), limit: pageRows, order: 'desc' as const };
  return last === undefined ? base : { ...base, to: Math.min(last.at + 1, filter.to ?? Infinity) };
}

/** The query for what is newer than the first row, oldest of it first. */
export function newerQuery(filter: AuditFilter, window: AuditWindow): AuditQuery {
  const first = window.rows[0];
  const base = { ...toQuery(filter), limit: pageRows, order: 'asc' as const };
  return first === undefined ? base : { ...base, from: Math.max(first.at, filter.from ?? 0) };
}

/** Adds an answer to {@link olderQuery}; drops the newest rows when too many are held. */
export function withOlder(window: AuditWindow, events: readonly HubEvent[], more: boolean): AuditWindow {
  const last = window.rows.at(-1)?.seq ?? Infinity;
  const rows = [...window.rows, ...events.filter((event) => event.seq < last)];
  const cut = rows.length - keptRows;
  return cut > 0 ? { ...window, rows: rows.slice(cut), older: more, newer: true } : { ...window, rows, older: more };
}

/** Adds an answer to {@link newerQuery}; drops the oldest rows when too many are held. */
export function withNewer(window: AuditWindow, events: readonly HubEvent[], more: boolean): AuditWindow {
  const first = window.rows[0]?.seq ?? 0;
  const fresh = events.filter((event) => event.seq > first).reverse();
  const rows = [...fresh, ...window.rows];
  return {
    rows: rows.slice(0, keptRows),
    older: window.older || rows.length > keptRows,
    newer: more,
    unseen: more ? window.unseen : 0,
  };
}

/**
 * Takes told events in. While the tail is followed they become rows; otherwise they are counted,
 * and read from the log when the person goes back to the tail.
 */
export function withTold(
  window: AuditWindow,
  events: readonly HubEvent[],
  filter: AuditFilter,
  following: boolean,
): AuditWindow {
  const first = window.rows[0]?.seq ?? 0;
  const fresh = events.filter((event) => event.seq > first && matches(filter, event));
  if (fresh.length === 0) return window;
  if (!following || window.newer) {
    return { ...window, newer: true, unseen: window.unseen + fresh.length };
  }
  const rows = [...fresh.reverse(), ...window.rows];
  return {
    ...window,
    rows: rows.slice(0, keptRows),
    older: window.older || rows.length > keptRows,
  };
}
