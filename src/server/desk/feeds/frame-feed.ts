import type { Frame } from '../../../protocol/frames.ts';
import type { FrameRecord } from '../../../protocol/frame-record.ts';
import type { Recorder } from '../../../recorder/recorder.ts';
import { Push } from '../channel/push.ts';
import type { FrameTail } from '../../../recorder/messages.ts';

/** Frames that a watched session begins with. */
const KEPT = 2_000;

/** One watcher's place in a session's stream of frames. */
export interface FrameWatch {
  /** The last frames up to now, oldest first. */
  readonly kept: readonly Frame[];
  /** Call when `kept` was sent: sends the frames since then, and all later ones. A frame that has changed comes again. */
  readonly begin: () => void;
}

/** The frames of a watched session: what the recorder has, and then what it records. */
export class FrameFeed {
  readonly #recorder: Pick<Recorder, 'page' | 'tail'>;
  readonly #shown: (record: FrameRecord) => Frame;

  constructor(recorder: Pick<Recorder, 'page' | 'tail'>, shown: (record: FrameRecord) => Frame) {
    this.#recorder = recorder;
    this.#shown = shown;
  }

  /** Begins to watch a session: no frame is missing. @throws HubError where nothing is recorded */
  watch(
    sessionId: string,
    send: (push: Push) => void,
  ): { readonly stop: () => void; readonly watch: Promise<FrameWatch> } {
    let held: FrameTail[] | undefined = [];
    const pass = ({ frames }: FrameTail): void => {
      // Signs of life are no news.
      const shown = frames.filter(({ kind }) => kind !== 'keep-alive').map(this.#shown);
      if (shown.length > 0) send(new Push('frames', [{ sessionId, frames: shown }]));
    };
    const stop = this.#recorder.tail({ sessionId }, (tail) => {
      if (held) held.push(tail);
      else pass(tail);
    });
    const begin = (): void => {
      for (const tail of held ?? []) pass(tail);
      held = undefined;
    };
    const page = this.#recorder.page({ sessionId, limit: KEPT, noKeepAlives: true });
    return { stop, watch: page.then(({ frames }) => ({ kept: frames.map(this.#shown).reverse(), begin })) };
  }
}
