/** What a client may know already of a content. `lastModified` is in ms since the epoch. */
export interface Validators {
  /** With its quotes. */
  readonly etag: string;
  readonly lastModified: number;
}

/**
 * Whether to answer at all: `not_modified` (304), `failed` (412) or `go_on`, in the order of RFC 9110,
 * section 13.2.2, for GET and HEAD.
 */
export function evaluate(headers: Headers, { etag, lastModified }: Validators): 'go_on' | 'not_modified' | 'failed' {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== null) {
    if (!listed(ifMatch, etag, 'strong')) return 'failed';
  } else {
    const since = dateOf(headers.get('if-unmodified-since'));
    if (since !== undefined && seconds(lastModified) > since) return 'failed';
  }
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== null) return listed(ifNoneMatch, etag, 'weak') ? 'not_modified' : 'go_on';
  const since = dateOf(headers.get('if-modified-since'));
  return since !== undefined && seconds(lastModified) <= since ? 'not_modified' : 'go_on';
}

/** Whether a `Range` header counts: `If-Range` names what the client has the other part of (section 13.1.5). */
export function rangeCounts(headers: Headers, { etag, lastModified }: Validators): boolean {
  const ifRange = headers.get('if-range');
  if (ifRange === null) return true;
  if (ifRange.trim().startsWith('"')) return ifRange.trim() === etag;
  return dateOf(ifRange) === seconds(lastModified); // a weak tag is no date either
}

function listed(header: string, etag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  for (const [tag] of header.matchAll(/(?:W\/)?"[^"]*"/gu)) {
    if (tag === etag || (comparison === 'weak' && tag === `W/${etag}`)) return true;
  }
  return false;
}

function dateOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = Date.parse(header);
  return Number.isNaN(ms) ? undefined : seconds(ms);
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
