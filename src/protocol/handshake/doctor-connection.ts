import type { FrameRecord } from '../frame-record.ts';
import { completion } from './when-complete.ts';
import type { DeviationCode } from './deviations.ts';
import { saidIn } from './handshake-facts.ts';
import type { DiagramSource, Finding } from './model.ts';
import { isRequest, isStream } from './parts.ts';
import { STATELESS } from '../wire-names.ts';

/** How long a client may take from the endpoint event to its first POST before something holds the stream back, in ms. */
const ENDPOINT_MS = 10_000;
/** So many connections within the time are a loop. */
const LOOP = { count: 5, ms: 60_000 } as const;
/** How long a ping may wait for its answer, in ms. */
const PONG_MS = 1_000;

/** What deviates in how a connection goes on, over several frames. */
export function connectionFindings(source: DiagramSource): readonly Finding[] {
  const found: (Finding | undefined)[] = [
    version(source),
    ...initialization(source),
    ...pings(source),
    buffered(source),
    loop(source),
  ];
  return found.filter((finding) => finding !== undefined);
}

function on(code: DeviationCode, frame: FrameRecord): Finding {
  return { code, rowId: frame.id };
}

function version(source: DiagramSource): Finding | undefined {
  const { asked, agreed } = saidIn(source);
  const request = source.frames.find((frame) => isRequest(frame, 'initialize'));
  if (request && asked !== undefined && agreed !== undefined && asked !== agreed)
    return on('version_mismatch', request);
  const refused = source.frames.find(({ kind, code }) => kind === 'request' && (code === -32_004 || code === -32_022));
  return refused && on('version_mismatch', refused);
}

/** `initialize` is the first request, and `initialized` comes before the second. */
function initialization({ frames }: DiagramSource): readonly Finding[] {
  // Where the first frame opens no session, earlier ones are no longer kept.
  const [opening] = frames;
  if (opening?.kind !== 'exchange') return [];
  if (opening.wire === STATELESS) return [];
  const first = frames.find((frame) => isRequest(frame) && frame.method !== 'ping');
  if (!first) return [];
  if (first.method !== 'initialize') return [on('no_initialize', first)];
  const next = frames.find(
    (frame) =>
      frame.place > first.place && isRequest(frame) && frame.method !== 'ping' && frame.method !== 'initialize',
  );
  const done = completion(frames);
  return first.outcome === 'ok' && next && (!done || done.place > next.place) ? [on('no_initialized', next)] : [];
}

function pings({ frames, now }: DiagramSource): readonly Finding[] {
  return frames
    .filter(({ kind, direction, method }) => kind === 'request' && direction === 'out' && method === 'ping')
    .filter((ping) => {
      if (ping.outcome !== 'pending') return false;
      const isAnswered = frames.some(
        ({ kind, direction, rpcId }) => kind === 'response' && direction === 'in' && rpcId === ping.rpcId,
      );
      const given = frames.find(
        ({ exchange, method, place }) => exchange === ping.exchange && method === 'endpoint' && place > ping.place,
      );
      return !isAnswered && (given !== undefined || now - ping.at > PONG_MS);
    })
    .map((ping) => on('no_pong', ping));
}

/** Only the stream of HTTP+SSE begins with an event that has to be answered. */
function buffered({ frames, now }: DiagramSource): Finding | undefined {
  const endpoint = frames.find(({ kind, method }) => kind === 'event' && method === 'endpoint');
  if (
    !endpoint ||
    frames.some(({ direction, place, kind }) => direction === 'in' && place > endpoint.place && kind !== 'close')
  ) {
    return undefined;
  }
  const stream = frames.find(({ id }) => id === endpoint.exchange);
  const endedAt =
    stream && stream.outcome !== 'pending' && stream.latencyMs !== undefined ? stream.at + stream.latencyMs : now;
  return endedAt - endpoint.at >= ENDPOINT_MS ? on('buffered_stream', endpoint) : undefined;
}

/** Streams of one session, sessions of one client, or tries of one that was refused. */
function loop({ frames, tries, openings = [] }: DiagramSource): Finding | undefined {
  const streams = frames.filter(isStream);
  const last = streams.findLast((_stream, at) => isDense(streams.slice(0, at + 1).map((stream) => stream.at)));
  if (last) return on('reconnect_loop', last);
  const [first] = frames;
  if (first && isDense(openings)) return on('reconnect_loop', first);
  const end = frames.findLast(({ kind }) => kind === 'exchange');
  if (!tries || !end || tries.count < LOOP.count) return undefined;
  const between = (tries.lastAt - tries.firstAt) / (tries.count - 1);
  return between <= LOOP.ms / LOOP.count ? on('reconnect_loop', end) : undefined;
}

/** Whether the last times lie close together. */
function isDense(times: readonly number[]): boolean {
  const first = times.at(-LOOP.count);
  const last = times.at(-1);
  return first !== undefined && last !== undefined && times.length >= LOOP.count && last - first <= LOOP.ms;
}
