import type { HubError } from '../../../protocol/errors.ts';
import { SCOPE_VIOLATION } from '../../../protocol/end-reasons.ts';
import type { AgentActor } from '../../../protocol/envelope.ts';
import type { Traffic } from '../../../protocol/events/sessions.ts';
import type { Tick } from '../../../protocol/ticks.ts';
import type { OutFrame } from '../../taps/exchange-tap.ts';
import type { Delivery } from '../../taps/deliveries.ts';
import { CountedSet } from './counted-set.ts';
import type { EventStream } from '../stream/event-stream.ts';
import { httpChunk } from '../stream/http-chunk.ts';
import type { LogLevel } from '../rpc/log-level.ts';
import { eventId, type Kept, ownChunk, type Position } from '../replay/kept.ts';
import { ReplayStore } from '../replay/replay-store.ts';
import { type CutCode, cutOff, type RunningRequest, type SessionPart, SessionWork } from './session-work.ts';
import { TrafficCount } from './traffic-count.ts';
import { Questions } from './questions.ts';
import type { SessionShare } from './session-share.ts';
import type { RpcId } from '../../../protocol/json-rpc.ts';
import { STATELESS, type Wire } from '../../../protocol/wire-names.ts';
import type { Notice } from './notice.ts';

/** A client that only looked whether the hub is there has left by then, in ms. */
const LOOKED_MS = 10_000;

/**
 * A session while the hub runs: its stream, its work in flight, and what is kept for its return. What
 * must survive a restart (its key, client and subscriptions) is in the log's state.
 */
export class AgentSession {
  readonly id: string;
  readonly wire: Wire;
  readonly keyId: string;
  /** The actor of what is done in it: see {@link named}. */
  actor: AgentActor;
  /** What its last request had where a name of the agent may stand: looked at again where that changes. */
  nameSeen: { readonly header: string | string[] | undefined; readonly query: string } | undefined;
  readonly replay: ReplayStore;
  /** As negotiated, or as the client last claimed. */
  protocolVersion: string;
  logLevel: LogLevel | undefined;
  /** Where its client reaches the hub, as of its last POST. */
  address: string | undefined;
  /** Ms since the epoch. */
  lastActiveAt: number;
  /** The same on the clock that only runs: by it a session has been idle for too long. */
  activeElapsed: number;
  /** URIs that its listen streams are notified of (2026-07-28). */
  readonly listens = new CountedSet();
  /** How many reply streams it has had; numbers the next one. */
  replies = 0;
  readonly #share: SessionShare;
  /** `id: <session>.` as a chunk: followed by a shared chunk, it makes that an event of this session. Most have none. */
  #idChunk: Buffer | undefined;
  readonly #traffic = new TrafficCount();
  #stream: EventStream | undefined;
  readonly #work = new SessionWork((running, error) => this.countOut(cutOff(running, error, this.#share.now())));
  #sent = 0;
  /** When it was opened, by the clock that only runs; absent for a session of before a restart. */
  readonly #openedElapsed: number | undefined;
  #atEnd: (() => void) | undefined;
  #questions: Questions | undefined;

  constructor(
    share: SessionShare,
    facts: {
      readonly id: string;
      readonly wire: Wire;
      readonly keyId: string;
      readonly protocolVersion: string;
      /** It was opened before the hub was started again. */
      readonly isRestored?: boolean;
    },
  ) {
    this.#share = share;
    this.id = facts.id;
    this.wire = facts.wire;
    this.keyId = facts.keyId;
    this.actor = { kind: 'agent', key: facts.keyId, session: facts.id };
    this.protocolVersion = facts.protocolVersion;
    this.replay = new ReplayStore(facts.id, facts.keyId, share.replayLimits, share.answerRoom);
    this.lastActiveAt = share.now();
    this.activeElapsed = share.elapsed();
    this.#openedElapsed = facts.isRestored ? undefined : this.activeElapsed;
  }

  /** What its client was asked and has not answered yet; most are never asked. */
  get questions(): Questions {
    return (this.#questions ??= new Questions());
  }

  /** A copy. */
  get traffic(): Traffic {
    return this.#traffic.all;
  }

  /** The stream for notifications: `GET /sse`, or the GET of Streamable HTTP. */
  get stream(): EventStream | undefined {
    return this.#stream;
  }

  /** Whether it has a stream or work in flight, so that it is not idle. */
  get busy(): boolean {
    return this.#stream !== undefined || this.#work.busy;
  }

  /** Whether its client came a moment ago and asked for nothing but what there is, as health checks do: it will not come back. */
  get onlyLooked(): boolean {
    if (this.#openedElapsed === undefined || this.#work.isUsed) return false;
    return this.#share.elapsed() - this.#openedElapsed < LOOKED_MS;
  }

  /** Whether it has ended for good: requests that were in flight have been answered. */
  get ended(): boolean {
    return this.#work.ended !== undefined;
  }

  /** The log has this agent for it (any more). */
  named(agent: string | undefined): void {
    if (agent === this.actor.agent) return;
    this.actor = { kind: 'agent', key: this.keyId, ...(agent === undefined ? {} : { agent }), session: this.id };
  }

  /** Sets the stream; an older one that may be half-open is ended. */
  attach(stream: EventStream): void {
    const old = this.#stream;
    this.#stream = stream;
    old?.cut('A newer stream of the same session took its place.');
    if (this.#work.ended) stream.end(this.#work.ended.message);
  }

  /** Forgets the stream; returns false if a newer one has taken its place. */
  detach(stream: EventStream): boolean {
    if (this.#stream !== stream) return false;
    this.replay.markReadExcept(stream.unreadBytes);
    this.#stream = undefined;
    this.#touch();
    this.#share.pulses.touch(this);
    return true;
  }

  /** Writes a notice on the stream and keeps it for a return. Adds to `deliveries` whether and when it was read. */
  deliver(notice: Notice, deliveries: Delivery[] | undefined): void {
    const stream = this.#stream;
    const taken = stream?.write(this.#idAsChunk(), notice.chunk, notice.frame) ?? false;
    const written = stream?.open === true;
    this.replay.push(notice, stream);
    if (!stream || !written || this.wire === STATELESS) return;
    this.countOut(notice.chunk.length);
    if (!deliveries) return;
    const { agent } = this.actor;
    const frame = stream.lastFrame;
    const delivery: Delivery = { sessionId: this.id, keyId: this.keyId, agent, frame, sentAt: notice.sentAt };
    deliveries.push(delivery);
    if (taken) delivery.receivedAt = notice.sentAt;
    else stream.whenTaken(() => (delivery.receivedAt = this.#share.now()));
  }

  /** Writes a message of this session's own on its stream, and keeps it for a return; `answers` is the request that it answers. */
  send(json: string, answers?: RpcId, frame?: OutFrame): void {
    const position = this.#nextPosition();
    const chunk = ownChunk(this.id, position, json);
    if (answers === undefined) this.#stream?.write(chunk, undefined, frame);
    else this.#stream?.answer(chunk, frame);
    this.#keep(position, json, chunk.length, answers);
  }

  /** Writes a kept message on a stream; returns its bytes: 0 for a mark, and where its key may not read the workspace any more. */
  rewrite(stream: EventStream | undefined, kept: Kept): number {
    if (kept.bytes === 0) return 0;
    if (kept.shared) {
      const { workspace } = kept;
      if (workspace !== undefined && !this.#share.mayRead(this.keyId, workspace)) return 0;
      stream?.write(this.#idAsChunk(), kept.chunk, kept.frame);
    } else {
      const chunk = ownChunk(this.id, kept, kept.json);
      if (kept.answers === undefined) stream?.write(chunk);
      else stream?.answer(chunk);
    }
    return kept.bytes;
  }

  /** Writes kept messages on the stream, oldest first. */
  resend(messages: readonly Kept[]): void {
    for (const kept of messages) this.rewrite(this.#stream, kept);
    this.replay.markAllRead();
  }

  /** Marks this place of the stream; returns the event id that a client which drops here comes back with. */
  mark(): string {
    const position = this.#nextPosition();
    this.#keep(position, '', 0);
    return eventId(this.id, position);
  }

  /** Begins a request; one that comes after the session's end is cut off at once. */
  begin(running: RunningRequest): void {
    this.#work.begin(running);
    this.#share.pulses.touch(this);
  }

  finish(running: RunningRequest): void {
    this.#work.finish(running);
    this.#touch();
    this.#share.pulses.touch(this);
  }

  /** The client does not want the answer any more (`notifications/cancelled`). */
  cancel(id: RpcId): void {
    for (const running of this.#work.running) if (running.id === id) running.abort.abort();
  }

  /** Adds a part that ends with the session, until the returned function is called. */
  addPart(part: SessionPart): () => void {
    this.#work.add(part);
    return () => {
      this.#work.remove(part);
      this.#touch();
      this.#share.pulses.touch(this);
    };
  }

  /** Notifies the agent that its list of tools has changed. */
  toolsChanged(): void {
    if (this.wire !== STATELESS) this.send('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}');
    for (const part of this.#work.parts) part.toolsChanged?.();
  }

  /** Its key may not read a workspace any more: ends the streams that notified of it. */
  workspaceLost(workspace: string, wasSubscribed: boolean): void {
    this.#work.workspaceLost(workspace, wasSubscribed ? this.#stream : undefined);
  }

  /**
   * Answers the requests in flight with why the session ends and aborts them, then ends its streams
   * with the reason, which their clients get too. Does nothing the second time.
   */
  end(reason: string, code: CutCode): void {
    const why = this.#work.end(reason, code);
    if (!why) return;
    // A client comes back to a hub that was started again as if nothing had been; a violation has been answered.
    const sent = code === 'hub_closed' || reason === SCOPE_VIOLATION ? undefined : why;
    if (sent) this.#stream?.refuse(sent, reason);
    else this.#stream?.end(reason);
    for (const part of this.#work.parts) part.end(reason, sent);
    this.#stream = undefined;
    this.#atEnd?.();
  }

  /** Answers requests in flight with why they are cut off, and aborts them; the session goes on. */
  cutOff(why: HubError, isMeant: (running: RunningRequest) => boolean = () => true): void {
    this.#work.cutOff(why, isMeant);
  }

  /** Calls back once, when the session has ended for good. The last one that is set counts. */
  whenEnded(callback: () => void): void {
    this.#atEnd = callback;
    if (this.ended) callback();
  }

  countIn(bytes: number): void {
    this.#traffic.countIn(bytes);
    this.#touch();
    this.#share.pulses.touch(this);
  }

  countOut(bytes: number): void {
    this.#traffic.countOut(bytes);
    this.#share.pulses.touch(this);
  }

  pulse(at: number): Extract<Tick, { type: 'session.pulse' }> {
    const { id: sessionId, traffic, busy: isOpen, lastActiveAt: lastFrameAt } = this;
    const queuedBytes = this.#stream?.queuedBytes ?? 0;
    const { calling } = this.#work;
    return { type: 'session.pulse', ...{ sessionId, traffic, isOpen, queuedBytes, calling, lastFrameAt, at } };
  }

  #touch(): void {
    this.lastActiveAt = this.#share.now();
    this.activeElapsed = this.#share.elapsed();
  }

  #keep({ seq, tag }: Position, json: string, bytes: number, answers?: RpcId): void {
    const at = this.#share.elapsed();
    this.replay.push({ seq, tag, json, bytes, at, shared: false, answers }, this.#stream);
  }

  #idAsChunk(): Buffer {
    return (this.#idChunk ??= httpChunk(`id: ${this.id}.`));
  }

  #nextPosition(): Position {
    this.#sent += 1;
    return { seq: this.#share.notifiedSeq(), tag: `r${this.#sent.toString(36)}` };
  }
}
