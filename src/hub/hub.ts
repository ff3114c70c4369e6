import { randomBytes } from 'node:crypto';
import type { StorageHealth } from '../protocol/api.ts';
import { briefEvent } from '../protocol/brief-event.ts';
import type { NewKey } from '../protocol/records.ts';
import type { EventBody, HubEvent } from '../protocol/events.ts';
import { randomId, type Id, type IdPrefix } from '../protocol/ids.ts';
import type { HubState } from '../protocol/state.ts';
import { DEFAULT_TOOLS, type ToolPolicy } from '../protocol/tool-policy.ts';
import type { Tick } from '../protocol/ticks.ts';
import type { ContentRow, ContentRows } from './disk/content-rows.ts';
import { Applied, type Committed } from './store/applied.ts';
import { Commands } from './store/commands.ts';
import { ClockWatch } from './store/clock-watch.ts';
import { attachTo, type Attached, type ReadEvents, type ReplicaPlace } from './store/attach.ts';
import type { StoredFiles } from './store/file-lookup.ts';
import { hubClosed } from './hub-errors.ts';
import { listenerFailed, Listeners } from './listeners.ts';
import type { LockFile } from './data-dir/lock-file.ts';
import { takeDataDir, type TakenDataDir } from './data-dir/take-data-dir.ts';
import { suspectLog } from './data-dir/suspicion.ts';
import { limitsWith, type Limits } from './limits.ts';
import type { Logger } from './logger.ts';
import { AuditReader } from './log/audit-reader.ts';
import { LogPruner } from './log/log-pruner.ts';
import type { Db } from './log/db.ts';
import { briefEncoded } from './log/brief-encoded.ts';
import type { EncodedEvent, Urgency } from './log/event-log.ts';
import { keyNameIn } from './log/projections/keys.ts';
import type { SqliteLog } from './log/sqlite-log.ts';
import { HUB, type FileLookup, type Origin, type Rule } from './rule.ts';
import { startHubRule } from './rules/hub-start.ts';
import { newSecret } from './data-dir/secrets.ts';
import { StartCheck } from './store/start-check.ts';
import type { HubOptions } from './store/hub-options.ts';
import { StorageWatch } from './store/storage-watch.ts';
import { realTimers, type Timers } from './timers.ts';

export type { EncodedEvent, Urgency } from './log/event-log.ts';

/** Decide, apply, write, notify: every change goes through here. */
export class Hub {
  readonly state: HubState;
  /**
   * The clock of the machine, in ms since the epoch: it may be set forward or back at any time. Spans are
   * measured by `timers.elapsed`.
   */
  readonly now: () => number;
  readonly timers: Timers;
  readonly newId: (prefix: IdPrefix) => Id;
  readonly logger: Logger | undefined;
  readonly limits: Limits;
  readonly logId: string;
  /** Random per launch. */
  readonly launchId = randomBytes(8).toString('hex');
  readonly dataDir: string;
  readonly startedAt: number;
  readonly audit: AuditReader;
  readonly pruner: LogPruner;
  readonly #log: SqliteLog;
  readonly #lockFile: LockFile;
  readonly #applied: Applied;
  readonly #storage: StorageWatch;
  readonly #check: StartCheck;
  readonly #clock: ClockWatch;
  readonly #commands: Commands;
  readonly #batches = new Listeners<readonly EncodedEvent[]>((error) => listenerFailed(error, this.logger));
  readonly #ticks = new Listeners<Tick>((error) => listenerFailed(error, this.logger));
  readonly #storageNews = new Listeners<StorageHealth>((error) => listenerFailed(error, this.logger));
  #firstKey: NewKey | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Takes the data directory, reads the log, and ends what the last process left open. Throws
   * `data_dir_unwritable`, `data_dir_held`, `log_corrupt` or `log_newer`, and
   * `invalid_argument` for limits that are none.
   */
  static async open(options: HubOptions): Promise<Hub> {
    const limits = limitsWith(options.limits);
    const taken = await takeDataDir(options, (options.now ?? Date.now)());
    const hub = new Hub(options, limits, taken);
    try {
      await hub.#start(options.firstKeyTools ?? DEFAULT_TOOLS);
      return hub;
    } catch (error) {
      await taken.log.close();
      taken.lockFile.release();
      throw error;
    }
  }

  private constructor(options: HubOptions, limits: Limits, { lockFile, log, state }: TakenDataDir) {
    this.state = state;
    this.timers = options.timers ?? realTimers();
    this.now = options.now ?? Date.now;
    this.newId = options.newId ?? randomId;
    this.logger = options.logger;
    this.limits = limits;
    this.logId = log.logId;
    this.dataDir = options.dataDir;
    this.startedAt = this.now();
    this.#log = log;
    this.#lockFile = lockFile;
    this.#applied = new Applied(log, state);
    this.audit = new AuditReader(log, { all: () => this.durable(), changes: () => this.durable(this.changedSeq) });
    this.pruner = new LogPruner(log, () => this.audit.checksEnded());
    this.#storage = new StorageWatch({
      log,
      timers: this.timers,
      now: this.now,
      logger: this.logger,
      listeners: this.#storageNews,
      undo: (error) => this.#applied.undo(error),
      onDamage: ({ message }) => suspectLog(this.dataDir, message),
    });
    this.#check = new StartCheck(this);
    this.#clock = new ClockWatch({ now: this.now, timers: this.timers, state, look: () => this.noteClock() });
    this.#commands = new Commands(this, { applied: this.#applied, storage: this.#storage, clock: this.#clock });
    log.subscribe(log.seq, (batch) => this.#onWritten(batch));
  }

  /** The files as rules see them. */
  get files(): FileLookup & Pick<StoredFiles, 'contentsOf' | 'refersTo' | 'onceReferredTo'> {
    return this.#applied.files;
  }

  /** The projections as they are on disk; await {@link durable} first to read what was just applied. */
  get reader(): Db {
    return this.#log.reader;
  }

  /** The name of a key, also of one that was revoked so long ago that the state has it no more; else its id. */
  readonly keyName = (keyId: string): string =>
    this.state.keys.get(keyId)?.name ?? keyNameIn(this.reader, keyId) ?? keyId;

  /** Contents in the log, for the code that gives them their files. */
  get contents(): ContentRows {
    return this.#log;
  }

  get storage(): StorageHealth {
    return this.#storage.health;
  }

  /** Shows why the disk takes no files of contents; with undefined, that it takes them again. */
  contentsTrouble(reason: string | undefined): void {
    this.#storage.noteContents(reason);
  }

  /** The owner key made at the first launch, kept in memory only; undefined at later launches. */
  get firstKey(): NewKey | undefined {
    return this.#firstKey;
  }

  /** {@link firstKey}, once: later calls get undefined. */
  takeFirstKey(): NewKey | undefined {
    const key = this.#firstKey;
    this.#firstKey = undefined;
    return key;
  }

  /** Writes address and admin token into `hub.lock`. */
  announce(address: { readonly url: string; readonly adminToken: string }): void {
    this.#lockFile.announce(address);
  }

  /**
   * Runs a rule and applies its events. Throws the rule's refusal (the events that come with it are logged
   * first), `storage_failed` while the disk refuses writes, and `hub_closed`. `content`, to which the last event
   * refers, is on disk with it.
   */
  commit<C, R>(rule: Rule<C, R>, command: C, origin: Origin, content?: Omit<ContentRow, 'seq'>): Committed<R> {
    return this.#commands.commit(rule, command, origin, content);
  }

  /** Throws what {@link commit} would refuse now, and does nothing: before work that would then be done for nothing. */
  check<C, R>(rule: Rule<C, R>, command: C, origin: Origin): void {
    this.#commands.check(rule, command, origin);
  }

  /**
   * {@link commit}, answered when the state that it saw is on disk. A refusal waits too, because its text
   * tells of that state.
   */
  execute<C, R>(rule: Rule<C, R>, command: C, origin: Origin): Promise<R> {
    return this.durably(() => this.commit(rule, command, origin));
  }

  /** What a service commits, answered as {@link execute} answers: for edges that wait for nothing else. */
  durably<R>(act: () => Committed<R> | Promise<Committed<R>>): Promise<R> {
    return this.#commands.durably(act);
  }

  /** Throws the refusal when all that its text may tell of is on disk; `storage_failed` if that was lost. */
  refuse(error: unknown): Promise<never> {
    return this.#commands.refuse(error);
  }

  /**
   * Logs that the machine's clock was set, if it was, so that leases and waits move with it. Every commit does
   * so first; call it before leases are looked at outside of one. Does nothing while the disk refuses writes.
   */
  noteClock(): void {
    this.#commands.noteClock();
  }

  /**
   * Appends facts that need no rule, such as `tool.called` and `access.denied`. `soon`: they may be held back some ms
   * and written together with others, unless a caller waits for them.
   */
  record(events: readonly EventBody[], origin: Origin, urgency?: Urgency): Committed<readonly HubEvent[]> {
    return this.#commands.record(events, origin, urgency);
  }

  /**
   * Seq of the last event that a read can have seen: lines of calls (`tool.called`) change nothing, so what reads
   * need not wait until those are on disk. It is the seq to give to who reads on from there, as lines after it may
   * be lost in a crash, and their seqs used again.
   */
  get changedSeq(): number {
    return this.#applied.changedSeq;
  }

  /** So much waits for the disk that calls which only read have to wait for it too. */
  get isBehind(): boolean {
    return this.#applied.isBehind;
  }

  /** Resolves when `seq` (by default: all that is applied) is on disk; rejects with `storage_failed`. */
  durable(seq: number = this.state.seq): Promise<void> {
    return this.#applied.durable(seq);
  }

  /**
   * Calls `listener` with each batch that reaches the disk from now on: in order, without gaps, the events brief: what
   * is large of them is in the log only.
   */
  subscribe(listener: (batch: readonly EncodedEvent[]) => void): () => void {
    return this.#batches.add(listener);
  }

  /**
   * Answers the state, or the events after `since` if that is of this log and they are at most 5,000; and
   * keeps the events that follow until the caller takes them or detaches; past 32 MiB of them it detaches itself and
   * calls `onOverflow`.
   */
  attach(since: ReplicaPlace | undefined, onOverflow?: () => void): Attached {
    const read: ReadEvents = (after, limit) => this.#log.read(after, limit).map(briefEvent);
    return attachTo(this, read, since, onOverflow);
  }

  /** Sends progress to the present listeners at once. It is never logged. */
  tick(tick: Tick): void {
    this.#ticks.emit(tick);
  }

  onTick(listener: (tick: Tick) => void): () => void {
    return this.#ticks.add(listener);
  }

  onStorage(listener: (storage: StorageHealth) => void): () => void {
    return this.#storageNews.add(listener);
  }

  /** Writes what is applied, stores a snapshot and releases the data directory. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#commands.close();
    this.#check.close();
    this.#clock.close();
    this.#storage.close();
    await this.audit.close();
    await this.pruner.close();
    await this.#log.close();
    this.#applied.end(hubClosed());
    this.#lockFile.release();
  }

  async #start(tools: ToolPolicy): Promise<void> {
    const { secret, secretSha256 } = newSecret();
    const { answer } = this.commit(startHubRule, { pid: process.pid, secretSha256, tools }, HUB);
    if (answer.firstKeyId !== undefined) this.#firstKey = { keyId: answer.firstKeyId, secret };
    await this.durable();
  }

  #onWritten(batch: readonly EncodedEvent[]): void {
    const seq = batch.at(-1)?.event.seq ?? this.#log.seq;
    this.#applied.settled(seq);
    this.#batches.emit(batch.map(briefEncoded));
  }
}
