import type { OwnerOf } from '../../../protocol/event-parties.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import type { AuditQuery } from '../../../protocol/records.ts';
import { matches, toQuery, type AuditFilter } from './audit-filter.ts';

/** Most rows kept: the far end is dropped, and read again when scrolled to. */
export const keptRows = 5_000;
/** Rows of a page. */
export const pageRows = 200;

/**
 * The part of the log that the audit screen holds: all events between two points that match the filter,
 * newest first. Its ends are found by time and seq, not by a cursor, so that either end can be dropped and
 * read again.
 */
export interface AuditWindow {
  readonly rows: readonly HubEvent[];
  /** Whether there are older events behind the last row. */
  readonly older: boolean;
  /** Whether there are newer events before the first row. */
  readonly newer: boolean;
  /** Matching events that were pushed while the tail was not followed. */
  readonly unseen: number;
}

export const emptyAudit: AuditWindow = { rows: [], older: true, newer: false, unseen: 0 };

/** The window after a first page (newest first). `more`: whether there are older events. */
export function firstPage(events: readonly HubEvent[], more: boolean): AuditWindow {
  return { rows: events, older: more, newer: false, unseen: 0 };
}

/** The query for a page that starts at an event in the middle of the log: it and older ones. */
export function pageFrom(events: readonly HubEvent[], more: boolean): AuditWindow {
  return { rows: events, older: more, newer: true, unseen: 0 };
}

/**
 * The query for events older than the last row. Several events may share a millisecond, so the answer may
 * begin with known rows; {@link withOlderEvents} drops them.
 */
export function olderQuery(filter: AuditFilter, window: AuditWindow): AuditQuery {
  const last = window.rows.at(-1);
  const base = { ...toQuery(filter), limit: pageRows, order: 'desc' as const };
  return last === undefined ? base : { ...base, to: Math.min(last.at + 1, filter.to ?? Infinity) };
}

/** The query for events newer than the first row, oldest first. */
export function newerQuery(filter: AuditFilter, window: AuditWindow): AuditQuery {
  const first = window.rows[0];
  const base = { ...toQuery(filter), limit: pageRows, order: 'asc' as const };
  return first === undefined ? base : { ...base, from: Math.max(first.at, filter.from ?? 0) };
}

/** Adds an answer to {@link olderQuery}; drops the newest rows when too many are held. */
export function withOlderEvents(window: AuditWindow, events: readonly HubEvent[], more: boolean): AuditWindow {
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
 * Takes pushed events. While the tail is followed they become rows; otherwise they are counted, and read from
 * the log when the person returns to the tail.
 */
export function withPushed(
  window: AuditWindow,
  events: readonly HubEvent[],
  filter: AuditFilter,
  following: boolean,
  ownerOf: OwnerOf,
): AuditWindow {
  const first = window.rows[0]?.seq ?? 0;
  const fresh = events.filter((event) => event.seq > first && matches(filter, event, ownerOf));
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
