import { HubError } from '../../../protocol/errors.ts';
import { refusalText } from '../rpc/rpc.ts';
import type { AnswerRoom, RoomUser } from './answer-room.ts';
import { type Kept, ownChunk, type OwnMessage } from './kept.ts';
import type { RpcId } from '../../../protocol/json-rpc.ts';

/** A kept message that answers a request. */
export type KeptAnswer = OwnMessage & { readonly answers: RpcId };

export function isAnswer(kept: Kept): kept is KeptAnswer {
  return !kept.shared && kept.answers !== undefined;
}

/** Memory that a saved answer takes besides its bytes. */
const OVERHEAD_BYTES = 256;

/**
 * Unread answers of one session that are too old, too many or too large for its replay store. A client
 * that comes back waits for each, so one that is given up leaves an error in its place.
 */
export class SavedAnswers implements RoomUser {
  readonly keyId: string;
  readonly #sessionId: string;
  readonly #room: AnswerRoom;
  /** Oldest first. */
  #kept: KeptAnswer[] = [];
  /** How many of the oldest are errors by now, or no larger than one. */
  #small = 0;
  #bytes = 0;

  constructor(sessionId: string, keyId: string, room: AnswerRoom) {
    this.keyId = keyId;
    this.#sessionId = sessionId;
    this.#room = room;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Oldest first. */
  all(): readonly Kept[] {
    return this.#kept;
  }

  add(kept: KeptAnswer): void {
    this.#kept.push(kept);
    this.#bytes += cost(kept);
    this.#room.update(this);
  }

  /** Forgets those for which `isRead` answers true. */
  release(isRead: (kept: Kept, index: number) => boolean): void {
    if (this.#kept.length === 0) return;
    const left: KeptAnswer[] = [];
    let small = 0;
    let freed = 0;
    for (const [index, kept] of this.#kept.entries()) {
      if (isRead(kept, index)) {
        freed += cost(kept);
      } else {
        left.push(kept);
        if (index < this.#small) small += 1;
      }
    }
    this.#kept = left;
    this.#small = small;
    this.#free(freed);
  }

  /** Puts an error in the place of the oldest answer that is larger than the error; without one, drops the oldest. */
  giveUp(): void {
    for (let kept = this.#kept[this.#small]; kept; kept = this.#kept[this.#small]) {
      const json = lostAnswer(kept.answers);
      const error: KeptAnswer = { ...kept, json, bytes: ownChunk(this.#sessionId, kept, json).length };
      const freed = cost(kept) - cost(error);
      this.#small += 1;
      if (freed <= 0) continue;
      this.#kept[this.#small - 1] = error;
      this.#free(freed);
      return;
    }
    const oldest = this.#kept.shift();
    if (!oldest) return;
    this.#small -= 1;
    this.#free(cost(oldest));
  }

  #free(bytes: number): void {
    this.#bytes -= bytes;
    this.#room.update(this);
  }
}

function cost({ bytes }: Kept): number {
  return bytes + OVERHEAD_BYTES;
}

/** The error that a client gets in the place of an answer that is not kept any more. */
export function lostAnswer(id: RpcId): string {
  const error = new HubError(
    'gone',
    'The answer to this call was not kept: too much was waiting for clients that were away. The call may have taken effect: look, and ask again.',
  );
  return refusalText(id, error);
}
