import type { AnswerRoom } from '../replay/answer-room.ts';
import type { ReplayLimits } from '../replay/replay-store.ts';
import type { TrafficPulses } from './traffic-pulses.ts';

/** What all sessions share. */
export interface SessionShare {
  readonly pulses: TrafficPulses;
  readonly now: () => number;
  /** Ms on the clock that only runs: for spans. */
  readonly elapsed: () => number;
  /** Seq up to which agents have been notified of events. */
  readonly notifiedSeq: () => number;
  /** Whether a key may be notified of what happens in a workspace. */
  readonly mayRead: (keyId: string, workspace: string) => boolean;
  readonly replayLimits: ReplayLimits;
  /** For answers that nobody has read yet. */
  readonly answerRoom: AnswerRoom;
}
