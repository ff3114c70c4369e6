import type { HubApi } from '../../../../protocol/api.ts';
import type { TailPush } from '../../../../protocol/calls/frames.ts';
import type { HubError } from '../../../../protocol/errors.ts';
import type { FrameContent, FrameRecord } from '../../../../protocol/frame-record.ts';
import { wantedContents } from '../../../../protocol/handshake/diagram.ts';
import { contentsOf, byPlace, recordedSession, type Recorded } from '../../../../protocol/handshake/load.ts';
import { problemOf } from '../../../problem-of.ts';

/** Frames of the beginning, and of the end, that are held. */
const MOST_FIRST = 100;
const MOST_LAST = 2_000;
/** Frames of the end that are read at first. */
const READ = 600;

export type RecordingShown =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: HubError }
  | { readonly status: 'ready'; readonly recorded: Recorded };

/** What is recorded of a session, live: its beginning and its end, with the contents that a diagram needs. */
export class SessionRecording {
  readonly #hub: Pick<HubApi, 'framesPage' | 'frameGet'>;
  readonly #sessionId: string;
  readonly #listeners = new Set<() => void>();
  #shown: RecordingShown = { status: 'loading' };
  /** What came before the first answer. */
  #early: FrameRecord[] = [];
  /** As which version of a frame its content was asked for. */
  #asked = new Map<string, string>();
  #run = 0;

  constructor(hub: Pick<HubApi, 'framesPage' | 'frameGet'>, sessionId: string) {
    this.#hub = hub;
    this.#sessionId = sessionId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly current = (): RecordingShown => this.#shown;

  /** Reads it anew, as after a lost connection. */
  async read(): Promise<void> {
    const run = ++this.#run;
    try {
      const recorded = await recordedSession(this.#hub, this.#sessionId, READ);
      if (run !== this.#run) return;
      const early = this.#early;
      this.#early = [];
      this.#asked = new Map(
        recorded.frames.filter(({ id }) => recorded.contents.has(id)).map((frame) => [frame.id, versionOf(frame)]),
      );
      this.#set({ status: 'ready', recorded });
      this.#take(early, 0);
    } catch (error) {
      if (run === this.#run) this.#set({ status: 'failed', error: problemOf(error) });
    }
  }

  /** New frames of the session, and frames that have changed. */
  onPush({ frames, skipped }: TailPush): void {
    const shown = frames.filter(({ kind }) => kind !== 'keep-alive');
    if (this.#shown.status !== 'ready') this.#early = [...this.#early, ...shown].slice(-MOST_LAST);
    else if (shown.length > 0 || skipped > 0) this.#take(shown, skipped);
  }

  #take(added: readonly FrameRecord[], skipped: number): void {
    if (this.#shown.status !== 'ready') return;
    const { recorded } = this.#shown;
    const all = byPlace([...recorded.frames, ...added]);
    const cut = Math.max(0, all.length - MOST_FIRST - MOST_LAST);
    const frames = cut === 0 ? all : [...all.slice(0, MOST_FIRST), ...all.slice(MOST_FIRST + cut)];
    const count = (recorded.left?.count ?? 0) + cut + skipped;
    const isAtLeast = recorded.left?.isAtLeast === true;
    const left = count === 0 && !isAtLeast ? {} : { left: { count, isAtLeast } };
    this.#set({ status: 'ready', recorded: { frames, contents: recorded.contents, ...left } });
    void this.#fetch(frames);
  }

  /** Asks for the contents that are wanted and new, or have changed. */
  async #fetch(frames: readonly FrameRecord[]): Promise<void> {
    const byId = new Map(frames.map((frame) => [frame.id, frame]));
    const missing = wantedContents(frames).filter((id) => {
      const frame = byId.get(id);
      return frame === undefined || this.#asked.get(id) !== versionOf(frame);
    });
    if (missing.length === 0) return;
    for (const id of missing) this.#asked.set(id, versionOf(byId.get(id)));
    const run = this.#run;
    try {
      const found = await contentsOf(this.#hub, missing);
      if (run !== this.#run || this.#shown.status !== 'ready') return;
      const { recorded } = this.#shown;
      const kept = new Set(recorded.frames.map(({ id }) => id));
      const contents = new Map<string, FrameContent>([...recorded.contents, ...found].filter(([id]) => kept.has(id)));
      this.#set({ status: 'ready', recorded: { ...recorded, contents } });
    } catch (error) {
      if (run === this.#run) this.#set({ status: 'failed', error: problemOf(error) });
    }
  }

  #set(shown: RecordingShown): void {
    this.#shown = shown;
    for (const listener of this.#listeners) listener();
  }
}

function versionOf(frame: FrameRecord | undefined): string {
  return `${frame?.outcome} ${frame?.status} ${frame?.pair}`;
}
