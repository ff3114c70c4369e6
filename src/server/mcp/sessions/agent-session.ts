import { type HubError, toWire } from '../../../protocol/errors.ts';
import type { Actor } from '../../../protocol/events.ts';
import { STATELESS, type Traffic, type Wire } from '../../../protocol/events/sessions.ts';
import type { Tick } from '../../../protocol/ticks.ts';
import type { SharedFrame } from '../../frames/frame-entry.ts';
import type { FrameRing } from '../../frames/frame-ring.ts';
import type { Receipt } from '../../frames/deliveries.ts';
import { rpcCodes } from '../../http/http-errors.ts';
import type { Attached } from './attached.ts';
import { CountedSet } from './counted-set.ts';
import { type CutCode, cutOff } from './cut-off.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { chunkText } from '../stream/http-chunk.ts';
import type { LogLevel } from '../rpc/log-level.ts';
import { eventId, type Kept, type Position, ReplayStore, type ReplayLimits } from '../replay/replay-store.ts';
import { errorText, type RpcId } from '../rpc/rpc.ts';
import type { AnswerRoom } from '../replay/saved-answers.ts';
import type { TrafficPulses } from './traffic-pulses.ts';

/** What all sessions share. */
export interface SessionShare {
  readonly frames: FrameRing;
  readonly pulses: TrafficPulses;
  readonly now: () => number;
  /** Seq up to which events have been told to sessions. */
  readonly toldSeq: () => number;
  /** Whether a key may be told what happens in a workspace. */
  readonly mayRead: (keyId: string, workspace: string) => boolean;
  readonly replayLimits: ReplayLimits;
  /** For answers that nobody has read yet. */
  readonly answerRoom: AnswerRoom;
}

/** A message for many sessions: made once, the same bytes for each stream. */
export interface Notice extends Kept {
  readonly frames: Readonly<Record<'sse' | 'streamable', SharedFrame>>;
}

/** A request that is being worked on. */
export interface Running {
  /** On the wire without sessions, several clients that share one may use the same. */
  readonly id: RpcId;
  readonly abort: { abort(): void };
  /** Sends its answer's text. */
  readonly answer: (json: string) => void;
  readonly method: string;
  readonly tool: string | undefined;
  readonly since: number;
  readonly cause: string;
}

/**
 * A session while the hub runs: its streams, what it waits for, and what is kept for its return. What
 * must survive a restart (who it is, what it subscribed to) is in the log's state, not here.
 */
export class AgentSession {
  readonly id: string;
  readonly wire: Wire;
  readonly keyId: string;
  /** Who acts in it. */
  readonly actor: Extract<Actor, { kind: 'agent' }>;
  readonly replay: ReplayStore;
  /** As negotiated, or as the client last claimed. */
  protocolVersion: string;
  logLevel: LogLevel | undefined;
  /** `Host` of its last POST: the name by which its client reaches the hub. */
  host: string | undefined;
  lastActiveAt: number;
  /** URIs that open listen streams of it are told of (2026-07-28). */
  readonly listens = new CountedSet();
  /** How many reply streams it has had; numbers the next one. */
  replies = 0;
  readonly #share: SessionShare;
  /** `id: <session>.` as a chunk of its own: with a shared chunk behind it, the id of any message. ASCII. */
  readonly #idText: string;
  readonly #idChunk: Buffer;
  readonly #traffic: { -readonly [K in keyof Traffic]: Traffic[K] } = {
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
  #stream: EventStream | undefined;
  #running: Set<Running> | undefined;
  #attached: Set<Attached> | undefined;
  #ended: HubError | undefined;
  #sent = 0;

  constructor(
    share: SessionShare,
    facts: { readonly id: string; readonly wire: Wire; readonly keyId: string; readonly protocolVersion: string },
  ) {
    this.#share = share;
    this.id = facts.id;
    this.wire = facts.wire;
    this.keyId = facts.keyId;
    this.actor = { kind: 'agent', key: facts.keyId, session: facts.id };
    this.protocolVersion = facts.protocolVersion;
    this.replay = new ReplayStore(share.replayLimits, share.answerRoom);
    this.lastActiveAt = share.now();
    this.#idText = chunkText(`id: ${facts.id}.`);
    this.#idChunk = Buffer.from(this.#idText);
  }

  /** A copy. */
  get traffic(): Traffic {
    return { ...this.#traffic };
  }

  /** The stream on which it is told things: `GET /sse`, or the GET of Streamable HTTP. */
  get stream(): EventStream | undefined {
    return this.#stream;
  }

  /** Whether anything of it is under way, so that it is not idle. */
  get busy(): boolean {
    return this.#stream !== undefined || (this.#running?.size ?? 0) > 0 || (this.#attached?.size ?? 0) > 0;
  }

  /** Whether it has ended for good: what was in flight then has its answer. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Sets the stream; an older one that may be half-open is ended. */
  attach(stream: EventStream): void {
    const old = this.#stream;
    this.#stream = stream;
    old?.cut('A newer stream of the same session took its place.');
    if (this.#ended) stream.end(this.#ended.message);
  }

  /** Forgets the stream if it is still the current one; answers whether it was. */
  detach(stream: EventStream): boolean {
    if (this.#stream !== stream) return false;
    this.replay.settle(stream.untakenBytes);
    this.#stream = undefined;
    this.lastActiveAt = this.#share.now();
    return true;
  }

  /** Writes a notice on the stream and keeps it for a return. Adds to `receipts` what became of it. */
  deliver(notice: Notice, receipts: Receipt[] | undefined): void {
    const stream = this.#stream;
    const taken = stream?.write(this.#idChunk, notice.chunk) ?? false;
    const written = stream?.open === true;
    this.replay.push(notice, stream);
    if (!stream || !written || this.wire === STATELESS) return;
    const frame = this.#share.frames.recordShared(this.id, notice.frames[this.wire], notice.at);
    this.countOut(notice.chunk.length);
    if (!receipts) return;
    const receipt: Receipt = { sessionId: this.id, keyId: this.keyId, frame, sentAt: notice.at };
    receipts.push(receipt);
    if (taken) receipt.receivedAt = notice.at;
    else stream.whenTaken(() => (receipt.receivedAt = this.#share.now()));
  }

  /** Writes a message of this session's own on its stream, and keeps it for a return. */
  send(json: string): void {
    const { seq, tag } = this.#nextPosition();
    const event = `${seq}.${tag}\nevent: message\ndata: ${json}\n\n`;
    // The id's chunk and the rest in one piece of memory: one write.
    const chunk = Buffer.from(`${this.#idText}${chunkText(event)}`);
    this.#stream?.write(chunk);
    this.replay.push({ seq, tag, chunk, at: this.#share.now(), shared: false }, this.#stream);
  }

  /** Writes a kept message on a stream; answers its bytes, 0 for a mark and for what its key may not read any more. */
  rewrite(stream: EventStream | undefined, { chunk, shared, workspace }: Kept): number {
    if (chunk.length === 0) return 0;
    if (workspace !== undefined && !this.#share.mayRead(this.keyId, workspace)) return 0;
    if (shared) stream?.write(this.#idChunk, chunk);
    else stream?.write(chunk);
    return chunk.length;
  }

  /** Writes kept messages on the stream, oldest first. */
  resend(messages: readonly Kept[]): void {
    for (const kept of messages) this.rewrite(this.#stream, kept);
    this.replay.written();
  }

  /** Marks this point of the stream; the id is what a client that drops here comes back with. */
  mark(): string {
    const position = this.#nextPosition();
    this.replay.push({ ...position, chunk: Buffer.alloc(0), at: this.#share.now(), shared: false }, this.#stream);
    return eventId(this.id, position);
  }

  /** Begins a request; one that comes too late is cut off at once. */
  begin(running: Running): void {
    (this.#running ??= new Set()).add(running);
    this.#share.pulses.touch(this);
    if (this.#ended) this.#cutOff(running, this.#ended);
  }

  /** A request that began is over. */
  finish(running: Running): void {
    this.#running?.delete(running);
    this.lastActiveAt = this.#share.now();
    this.#share.pulses.touch(this);
  }

  /** The client does not want the answer any more (`notifications/cancelled`). */
  cancel(id: RpcId): void {
    for (const running of this.#running ?? []) if (running.id === id) running.abort.abort();
  }

  /** Ties something to the session's end until the returned function is called. */
  tie(attached: Attached): () => void {
    const all = (this.#attached ??= new Set());
    all.add(attached);
    return () => {
      all.delete(attached);
      this.lastActiveAt = this.#share.now();
    };
  }

  /** Tells the agent that its list of tools is another now. */
  toolsChanged(): void {
    if (this.wire !== STATELESS) this.send('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    for (const attached of this.#attached ?? []) attached.toolsChanged?.();
  }

  /** Its key may not read a workspace any more: ends what told of that. */
  workspaceLost(workspace: string, wasTold: boolean): void {
    const reason = 'Its key may not read the workspace any more.';
    if (wasTold) this.#stream?.end(reason);
    for (const attached of this.#attached ?? []) attached.workspaceLost?.(workspace, reason);
  }

  /**
   * Ends all that is open: requests are answered with why and aborted, then streams are ended with the
   * reason. Does nothing the second time.
   */
  end(reason: string, code: CutCode): void {
    if (this.#ended) return;
    this.#ended = cutOff(code, reason);
    for (const running of this.#running ?? []) this.#cutOff(running, this.#ended);
    this.#stream?.end(reason);
    for (const attached of this.#attached ?? []) attached.end(reason);
    this.#stream = undefined;
  }

  countIn(bytes: number): void {
    this.#traffic.framesIn += 1;
    this.#traffic.bytesIn += bytes;
    this.lastActiveAt = this.#share.now();
    this.#share.pulses.touch(this);
  }

  countOut(bytes: number): void {
    this.#traffic.framesOut += 1;
    this.#traffic.bytesOut += bytes;
    this.#share.pulses.touch(this);
  }

  pulse(at: number): Extract<Tick, { type: 'session.pulse' }> {
    const calling: { tool: string; since: number; cause: string }[] = [];
    for (const { tool, since, cause } of this.#running ?? []) {
      if (tool !== undefined) calling.push({ tool, since, cause });
    }
    return {
      type: 'session.pulse',
      sessionId: this.id,
      traffic: this.traffic,
      queuedBytes: this.#stream?.queuedBytes ?? 0,
      calling,
      lastFrameAt: this.lastActiveAt,
      at,
    };
  }

  #cutOff({ id, abort, answer, method, tool, since, cause }: Running, error: HubError): void {
    const json = errorText(id, rpcCodes.server, error.message, toWire(error));
    const sizeBytes = Buffer.byteLength(json);
    this.countOut(sizeBytes);
    this.#share.frames.record({
      sessionId: this.id,
      wire: this.wire,
      direction: 'out',
      kind: 'error',
      label: method,
      ...(tool === undefined ? {} : { detail: tool }),
      rpcId: id,
      errorCode: rpcCodes.server,
      sizeBytes,
      latencyMs: this.#share.now() - since,
      replyTo: cause,
      body: json,
    });
    answer(json);
    abort.abort();
  }

  #nextPosition(): Position {
    this.#sent += 1;
    return { seq: this.#share.toldSeq(), tag: `r${this.#sent.toString(36)}` };
  }
}
