import type { HubApi } from '../api.ts';
import { HubError } from '../errors.ts';
import type { FrameContent, FrameRecord } from '../frame-record.ts';
import { wantedContents } from './diagram.ts';
import type { DiagramSource } from './model.ts';

/** Frames of a session's beginning, among which its handshake is. */
const HEAD = 100;
/** How far what a stream was sent before it had a session may lie behind its exchange, in frames of all. */
const AHEAD = 60;
/** Parts of a long search that are asked for, at most; each takes a tenth of a second. */
const MOST_TURNS = 100;

type Frames = Pick<HubApi, 'framesPage' | 'frameGet'>;

/** What was read of a connection. */
export type Recorded = Pick<DiagramSource, 'frames' | 'contents' | 'left'>;

/**
 * The frames of a session that a diagram is made of: its beginning, and the last `most`; signs of life are left out.
 *
 * @throws HubError `storage_failed` where nothing is recorded
 */
export async function recordedSession(hub: Frames, sessionId: string, most: number): Promise<Recorded> {
  const head = await framesOf(hub, { sessionId, after: 0 }, HEAD);
  const [opening] = head.frames;
  if (!opening) return { frames: [], contents: new Map() };
  const last = head.more ? await framesOf(hub, { sessionId }, most) : undefined;
  const headEnd = head.frames.at(-1)?.place ?? 0;
  // Where the two do not meet, nobody counted what is between them.
  const hasHole = last !== undefined && last.more && (last.frames.at(-1)?.place ?? 0) > headEnd;
  const own = [...head.frames, ...(last?.frames ?? [])];
  const frames = byPlace([...own, ...(await sentAhead(hub, opening))]);
  const contents = await contentsOf(hub, wantedContents(frames));
  return { frames, contents, ...(hasHole ? { left: { count: 0, isAtLeast: true } } : {}) };
}

/**
 * The first frames of a session, oldest first; signs of life are left out.
 *
 * @throws HubError `storage_failed` where nothing is recorded
 */
export async function firstFrames(hub: Pick<HubApi, 'framesPage'>, sessionId: string): Promise<readonly FrameRecord[]> {
  return (await framesOf(hub, { sessionId, after: 0 }, HEAD)).frames;
}

/** So many frames from an end of the recording; a long search is answered in parts. */
async function framesOf(
  hub: Pick<HubApi, 'framesPage'>,
  { sessionId, after }: { readonly sessionId: string; readonly after?: number },
  limit: number,
): Promise<{ readonly frames: readonly FrameRecord[]; readonly more: boolean }> {
  const frames: FrameRecord[] = [];
  let place: number | undefined;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const range = after === undefined ? { before: place } : { after: place ?? after };
    const wanted = limit - frames.length;
    const page = await hub.framesPage({ sessionId, noKeepAlives: true, ...range, limit: wanted });
    frames.push(...page.frames);
    if (!page.more || frames.length >= limit) return { frames, more: page.more };
    place = page.reached;
  }
  return { frames, more: true };
}

/** The frames of an attempt to connect, by their ids; those that are not kept any more are left out. */
export async function recordedAttempt(hub: Frames, frameIds: readonly string[]): Promise<Recorded> {
  const contents = await contentsOf(hub, frameIds);
  return { frames: byPlace([...contents.values()].map(({ frame }) => frame)), contents };
}

/** Frames by the order of their places, each once; of two the later one, as frames change. */
export function byPlace(frames: Iterable<FrameRecord>): readonly FrameRecord[] {
  const found = new Map<number, FrameRecord>();
  for (const frame of frames) found.set(frame.place, frame);
  return [...found.values()].toSorted((a, b) => a.place - b.place);
}

/** Contents by the ids of frames; frames that are not kept any more are left out. */
export async function contentsOf(
  hub: Pick<HubApi, 'frameGet'>,
  frameIds: readonly string[],
): Promise<ReadonlyMap<string, FrameContent>> {
  const found = await Promise.all(
    frameIds.map(async (frameId) => {
      try {
        return [frameId, await hub.frameGet({ frameId })] as const;
      } catch (error) {
        if (error instanceof HubError && error.code === 'gone') return undefined;
        throw error;
      }
    }),
  );
  return new Map(found.filter((one) => one !== undefined));
}

/**
 * What belongs to the stream that opened a session over HTTP+SSE and has no session: its exchange, as long as that
 * lasts, and what went out before the hub knew whose it is.
 */
async function sentAhead(hub: Frames, opening: FrameRecord): Promise<readonly FrameRecord[]> {
  if (opening.wire !== 'sse') return [];
  const exchangeId = opening.kind === 'exchange' ? opening.id : opening.exchange;
  if (exchangeId === undefined) return [];
  const found = await contentsOf(hub, [exchangeId]);
  const exchange = found.get(exchangeId)?.frame;
  if (!exchange) return [];
  const { frames } = await hub.framesPage({ after: exchange.place, limit: AHEAD });
  const ahead = frames.filter(
    ({ exchange: of, sessionId, kind }) => of === exchangeId && sessionId === undefined && kind !== 'keep-alive',
  );
  return [exchange, ...ahead];
}
