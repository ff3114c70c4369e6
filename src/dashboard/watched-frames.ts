import type { Frame } from '../protocol/frames.ts';
import type { ChannelRpc } from './hub-calls.ts';
import { mergeFrames } from './merge-frames.ts';
import { FRAMES_PER_SESSION } from './publish.ts';
import { patchServer, type DashboardStore } from './store.ts';

/** Keeps the frames of the sessions that are looked at in the store, over lost connections too. */
export class WatchedFrames {
  readonly #store: DashboardStore;
  readonly #rpc: () => ChannelRpc | undefined;
  /** How many look at each session. */
  readonly #watched = new Map<string, number>();
  /** Sessions whose kept frames are being fetched: pushes wait for them. */
  readonly #filling = new Set<string>();
  /** Pushed frames that are not in the store yet. */
  readonly #pushed = new Map<string, Frame[]>();

  /** @param rpc of the connection that there is now */
  constructor(store: DashboardStore, rpc: () => ChannelRpc | undefined) {
    this.#store = store;
    this.#rpc = rpc;
  }

  /** Keeps a session's frames in the store until the returned function is called. */
  watch(sessionId: string): () => void {
    const count = this.#watched.get(sessionId) ?? 0;
    this.#watched.set(sessionId, count + 1);
    if (count === 0) void this.#begin(sessionId);
    return () => {
      const left = (this.#watched.get(sessionId) ?? 1) - 1;
      if (left > 0) {
        this.#watched.set(sessionId, left);
        return;
      }
      this.#watched.delete(sessionId);
      const frames = new Map(this.#store.getState().server.frames);
      frames.delete(sessionId);
      patchServer(this.#store, { frames });
      this.#rpc()
        ?.unwatchFrames({ sessionId })
        .catch(() => undefined); // gone with the connection
    };
  }

  /** The connection is new: asks for all sessions that are watched. */
  async beginAll(): Promise<void> {
    await Promise.all([...this.#watched.keys()].map((sessionId) => this.#begin(sessionId)));
  }

  onPush({ sessionId, frames }: { readonly sessionId: string; readonly frames: readonly Frame[] }): void {
    const waiting = this.#pushed.get(sessionId);
    if (waiting) waiting.push(...frames);
    else this.#pushed.set(sessionId, [...frames]);
  }

  /** Takes the pushed frames, without those that wait for the kept ones of their session. */
  take(): ReadonlyMap<string, readonly Frame[]> {
    const taken = new Map<string, readonly Frame[]>();
    for (const [sessionId, added] of this.#pushed) {
      if (this.#filling.has(sessionId)) continue;
      taken.set(sessionId, added);
      this.#pushed.delete(sessionId);
    }
    return taken;
  }

  async #begin(sessionId: string): Promise<void> {
    const rpc = this.#rpc();
    if (!rpc) return; // begun when the connection is there
    this.#filling.add(sessionId);
    let kept: readonly Frame[];
    try {
      kept = await rpc.watchFrames({ sessionId });
    } catch {
      kept = []; // a session whose frames are no longer kept
    }
    if (this.#rpc() !== rpc || !this.#watched.has(sessionId)) return;
    // A frame pushed before the answer may be in it too, or be newer there.
    const early = this.#pushed.get(sessionId) ?? [];
    this.#pushed.delete(sessionId);
    this.#filling.delete(sessionId);
    const { frames } = this.#store.getState().server;
    patchServer(this.#store, {
      frames: new Map(frames).set(sessionId, mergeFrames(kept, early, FRAMES_PER_SESSION)),
    });
  }
}
