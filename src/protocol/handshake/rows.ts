import type { FrameRecord } from '../frame-record.ts';
import { clockOf } from './clock.ts';
import { guardsOf } from './guards.ts';
import { completion } from './when-complete.ts';
import type { ArrowRow, DiagramRow, DiagramSource, Participant, RowTone } from './model.ts';
import { exchangeText, isRefused, isStream, receiverOf, messageTitle, notifierOf, statusText } from './parts.ts';
import { STATELESS } from '../wire-names.ts';

/** A wait for a lock that is shorter is none that one would look for, in ms. */
const LEAST_WAIT_MS = 50;

/** A row, with where it belongs among others of the same time. */
interface RowInOrder {
  readonly row: DiagramRow;
  readonly place: number;
  readonly order: number;
}

/** The rows of a connection, one for each thing that happened, in their true order; nothing is folded. */
export function diagramRows(source: DiagramSource): readonly DiagramRow[] {
  const placed = new Rows(source).all();
  return placed.toSorted((a, b) => a.row.ms - b.row.ms || a.place - b.place || a.order - b.order).map(({ row }) => row);
}

class Rows {
  readonly #source: DiagramSource;
  readonly #clock: ReadonlyMap<string, number>;
  readonly #complete: FrameRecord | undefined;
  readonly #placed: RowInOrder[] = [];
  /** First frame that went out on an exchange, by the exchange's id. */
  readonly #firstOut = new Map<string, FrameRecord>();
  /** First message that came in on an exchange. */
  readonly #firstIn = new Map<string, FrameRecord>();
  readonly #byId: ReadonlyMap<string, FrameRecord>;
  /** Exchanges that have arrows of their own. */
  readonly #drawn = new Set<string>();
  /** How much of what went out on an exchange had been sent before. */
  readonly #sentAgain = new Map<string, number>();
  #hasStreamed = false;

  constructor(source: DiagramSource) {
    this.#source = source;
    this.#clock = clockOf(source.frames);
    this.#complete = completion(source.frames);
    this.#byId = new Map(source.frames.map((frame) => [frame.id, frame]));
    const eventIds = new Set<string>();
    for (const frame of source.frames) {
      const { exchange, direction, eventId } = frame;
      if (exchange === undefined) continue;
      if (direction === 'in' && !this.#firstIn.has(exchange)) this.#firstIn.set(exchange, frame);
      if (direction !== 'out') continue;
      if (!this.#firstOut.has(exchange)) this.#firstOut.set(exchange, frame);
      if (eventId === undefined) continue;
      if (eventIds.has(eventId)) this.#sentAgain.set(exchange, (this.#sentAgain.get(exchange) ?? 0) + 1);
      eventIds.add(eventId);
    }
  }

  all(): readonly RowInOrder[] {
    for (const frame of this.#source.frames) {
      this.#one(frame);
      if (frame === this.#complete) this.#finish(frame);
    }
    return this.#placed;
  }

  #one(frame: FrameRecord): void {
    switch (frame.kind) {
      case 'exchange':
        return this.#exchange(frame);
      case 'request':
        return this.#request(frame);
      case 'response':
        return this.#response(frame);
      case 'notification':
        return frame.direction === 'in'
          ? this.#arrow(frame, this.#origin(frame), receiverOf(frame), messageTitle(frame), 'plain')
          : this.#arrow(frame, notifierOf(frame), 'agent', messageTitle(frame), 'quiet', 'dashed');
      case 'event':
        // An id alone is where a client may go on from, and no news.
        if (frame.method === undefined) return undefined;
        return this.#arrow(frame, 'session', 'agent', frame.method, 'ok', 'dashed');
      case 'close':
        return this.#close(frame);
      case 'gap':
        return this.#note(frame, 'edge', `${frame.dropped ?? 0} frames were not recorded`);
      case 'comment':
      case 'keep-alive':
        return undefined;
      default:
        return frame.kind satisfies never;
    }
  }

  #exchange(frame: FrameRecord): void {
    const isEarly = !this.#complete || frame.place <= this.#complete.place;
    if (!isEarly && frame.method === 'POST' && !isRefused(frame)) return;
    this.#drawn.add(frame.id);
    this.#arrow(frame, 'agent', 'edge', exchangeText(frame), 'plain');
    const content = this.#source.contents.get(frame.id);
    if (content?.request && (isEarly || isRefused(frame))) {
      const guards = guardsOf(content, (keyId) => this.#source.keyName?.(keyId));
      const isOver = guards.some(({ verdict }) => verdict === 'refused');
      const ms = this.#ms(frame);
      const id = `${frame.id}.guards`;
      const tone = isOver ? 'refused' : 'ok';
      this.#add({ kind: 'guards', id, ms, frameId: frame.id, tone, findings: [], guards }, frame.place, 1);
    }
    this.#answer(frame);
  }

  /** How an exchange was answered, where no message says so. */
  #answer(frame: FrameRecord): void {
    const { id, status, latencyMs = 0, outcome, method } = frame;
    const first = this.#firstOut.get(id);
    if (outcome === 'aborted') {
      const end = this.#ms(frame) + latencyMs;
      return this.#note(frame, 'edge', 'the client left before it was answered', { ms: end, tone: 'refused' });
    }
    if (status === undefined) return undefined;
    if (isStream(frame)) {
      const again = this.#sentAgain.get(id) ?? 0;
      const text = `200, ${this.#hasStreamed ? 'the stream again' : 'a stream'}${again === 0 ? '' : `, ${again} sent again`}`;
      this.#hasStreamed = true;
      // Its head went out before the first thing on it.
      const ms = first ? (this.#clock.get(first.id) ?? 0) : this.#ms(frame);
      this.#push(frame, { ms, text, tone: 'ok', place: first ? first.place - 0.5 : frame.place });
      if (outcome !== 'pending' && !this.#isClosed(id)) {
        this.#note(frame, 'session', 'the stream ended', { ms: this.#ms(frame) + latencyMs });
      }
      return undefined;
    }
    if (status < 400 && first && method === 'POST') return undefined; // the message that it carries is its answer
    const taken = this.#firstIn.get(id);
    // It is sent before what came is handled.
    if (status < 400 && taken) {
      const ms = this.#ms(taken);
      return this.#push(frame, { ms, text: statusText(status), tone: 'ok', place: taken.place - 0.5 });
    }
    const tone = status >= 400 ? 'refused' : 'ok';
    const code = frame.code === undefined || status < 400 ? '' : ` ${frame.code}`;
    return this.#push(frame, { ms: this.#ms(frame) + latencyMs, text: statusText(status) + code, tone });
  }

  /** The end of a stream, unless it is that of an answer. */
  #close(frame: FrameRecord): void {
    const { wire, exchange = '', subject = 'no reason was given' } = frame;
    if (this.#byId.get(exchange)?.method === 'POST') return;
    this.#note(frame, wire === STATELESS ? 'edge' : 'session', `the stream ended: ${subject}`);
  }

  #request(frame: FrameRecord): void {
    if (frame.direction === 'out') return this.#arrow(frame, 'session', 'agent', messageTitle(frame), toneOf(frame));
    this.#arrow(frame, this.#origin(frame), receiverOf(frame), messageTitle(frame), toneOf(frame));
    if (frame.outcome === 'pending') this.#wait(frame, frame, this.#source.now - frame.at);
  }

  #response(frame: FrameRecord): void {
    if (frame.direction === 'in') {
      return this.#arrow(frame, this.#origin(frame), 'session', `answer to ${frame.method ?? 'ping'}`, 'ok', 'dashed');
    }
    const asked = frame.pair === undefined ? undefined : this.#byId.get(frame.pair);
    const from = receiverOf(asked ?? frame);
    const failed = frame.code === undefined ? 'error' : String(frame.code);
    const end = frame.outcome === 'ok' ? 'result' : failed;
    const about = frame.tool ?? frame.method ?? '';
    this.#wait(frame, asked, frame.latencyMs ?? 0);
    this.#arrow(frame, from, 'agent', `${about}: ${end}`, frame.outcome === 'ok' ? 'ok' : 'refused', 'dashed');
  }

  /** A wait for a lock, as a bar that begins with its request. */
  #wait(frame: FrameRecord, asked: FrameRecord | undefined, tookMs: number): void {
    if (frame.tool !== 'lock_acquire' || tookMs < LEAST_WAIT_MS) return;
    const ms = asked ? this.#ms(asked) : this.#ms(frame);
    const tone: RowTone = frame.outcome === 'ok' ? 'ok' : frame.outcome === 'pending' ? 'pending' : 'refused';
    const row = { kind: 'bar', id: `${frame.id}.bar`, ms, frameId: frame.id, tone, findings: [] } as const;
    this.#add({ ...row, participant: 'hub', text: 'waits for the lock', tookMs }, (asked ?? frame).place, 2);
  }

  #finish(frame: FrameRecord): void {
    const ms = this.#ms(frame);
    const id = `${frame.id}.complete`;
    this.#add({ kind: 'complete', id, ms, frameId: frame.id, tone: 'ok', findings: [], tookMs: ms }, frame.place, 3);
  }

  /** Where a message comes from: the edge where its exchange has an arrow, else the client itself. */
  #origin({ exchange }: FrameRecord): Participant {
    return exchange !== undefined && this.#drawn.has(exchange) ? 'edge' : 'agent';
  }

  #isClosed(exchange: string): boolean {
    return this.#source.frames.some(({ kind, exchange: of }) => kind === 'close' && of === exchange);
  }

  #ms({ id }: FrameRecord): number {
    return this.#clock.get(id) ?? 0;
  }

  #arrow(
    frame: FrameRecord,
    from: Participant,
    to: Participant,
    text: string,
    tone: RowTone,
    line: ArrowRow['line'] = 'solid',
  ): void {
    const { id, place } = frame;
    this.#add(
      { kind: 'arrow', id, ms: this.#ms(frame), frameId: id, tone, findings: [], from, to, text, line },
      place,
      0,
    );
  }

  /** The answer to an exchange. */
  #push(
    { id, place }: FrameRecord,
    answer: { readonly ms: number; readonly text: string; readonly tone: RowTone; readonly place?: number },
  ): void {
    const { ms, text, tone, place: at = place } = answer;
    const ends = { from: 'edge', to: 'agent', line: 'dashed' } as const;
    this.#add({ kind: 'arrow', id: `${id}.answer`, ms, frameId: id, tone, findings: [], text, ...ends }, at, 4);
  }

  /** @param ms when it was; default: when the frame was */
  #note(
    frame: FrameRecord,
    participant: Participant,
    text: string,
    { ms, tone = 'quiet' }: { readonly ms?: number; readonly tone?: RowTone } = {},
  ): void {
    const { id, place } = frame;
    const base = { id: `${id}.note`, ms: ms ?? this.#ms(frame), frameId: id, tone, findings: [] } as const;
    this.#add({ kind: 'note', ...base, participant, text }, place, 5);
  }

  #add(row: DiagramRow, place: number, order: number): void {
    this.#placed.push({ row, place, order });
  }
}

function toneOf({ outcome, method }: FrameRecord): RowTone {
  // What listens is answered when it ends.
  return outcome === 'pending' && method !== 'subscriptions/listen' ? 'pending' : 'plain';
}
