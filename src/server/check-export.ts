import { open } from 'node:fs/promises';
import { chainHash } from '../hub/log/chain.ts';
import { canonicalJson } from '../protocol/canonical-json.ts';

/** How the check of an export went. `last` is the last event that is as it was written and follows from the one before. */
export interface ExportCheck {
  readonly count: number;
  /** Of its first event, and the hash that it is built on. */
  readonly first: number;
  readonly firstPrevHash: string;
  readonly last: number;
  readonly lastHash: string;
  /** Of the event that was asked for; undefined where it is not among them. */
  readonly hashAsked: string | undefined;
  /** What is wrong with the next line; undefined for nothing. */
  readonly problem: string | undefined;
}

/**
 * Checks the hash chain of an export (JSON Lines) from its first event to its last, or to the first that does not
 * follow. Needs no log.
 *
 * @param asked seq of an event whose hash is wanted
 */
export async function checkExport(file: string, asked?: number): Promise<ExportCheck> {
  const found = {
    count: 0,
    first: 0,
    firstPrevHash: '',
    last: 0,
    lastHash: '',
    hashAsked: undefined as string | undefined,
    problem: undefined as string | undefined,
  };
  const handle = await open(file);
  try {
    for await (const line of handle.readLines()) {
      if (line === '') continue;
      const event = eventIn(line);
      found.problem = event === undefined ? 'is no event of an export' : lineProblem(event, found);
      if (event === undefined || found.problem !== undefined) break;
      if (found.count === 0) Object.assign(found, { first: event.seq, firstPrevHash: event.prevHash });
      found.count += 1;
      found.last = event.seq;
      found.lastHash = event.hash;
      if (event.seq === asked) found.hashAsked = event.hash;
    }
    return found;
  } finally {
    await handle.close();
  }
}

/** What an export has of an event. */
interface ExportedEvent {
  readonly seq: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly event: object;
}

function lineProblem(
  { seq, prevHash, hash, event }: ExportedEvent,
  { count, last, lastHash }: ExportCheck,
): string | undefined {
  if (count > 0 && seq !== last + 1)
    return `is event ${seq}: what is between is missing, as in an export with a filter`;
  if (count > 0 && prevHash !== lastHash) return `is event ${seq}, which is not built on the one before`;
  if (chainHash(prevHash, canonicalJson(event)) !== hash) return `is event ${seq}, which was changed`;
  return undefined;
}

function eventIn(line: string): ExportedEvent | undefined {
  try {
    const { prevHash, hash, ...event } = JSON.parse(line) as Partial<ExportedEvent> & { readonly seq?: unknown };
    if (typeof prevHash !== 'string' || typeof hash !== 'string' || typeof event.seq !== 'number') return undefined;
    return { seq: event.seq, prevHash, hash, event };
  } catch {
    return undefined;
  }
}
