import { jsonBytes } from '../../../../protocol/digest.ts';
import { itemText } from './render.ts';

/** Bytes that an answer has where its call asks for no more: what clients give to a model whole. */
export const USUAL_ANSWER_BYTES = 24 * 1024;
/** Bytes that an answer has at most, whatever is asked for. */
export const MOST_ANSWER_BYTES = 1024 * 1024;
export const LEAST_ANSWER_BYTES = 4 * 1024;

/** Bytes of an answer that are not its items: the sentence, the workspace, the counts. */
const REST_BYTES = 1024;
/** A cursor holds the place of an item in base64, and is in an answer twice. */
const CURSOR_PER_ITEM = 8 / 3;

/**
 * Gathers the items of one page, as the tool gives them, until its bytes are used up. An answer has each
 * item twice, as JSON and as text, and both count. The first item is always taken.
 */
export class PageRoom<View> {
  readonly items: View[] = [];
  #used = 0;
  readonly #most: number;

  /** `restBytes` are for what the answer has besides the items. */
  constructor(mostBytes: number, restBytes = REST_BYTES) {
    this.#most = mostBytes - restBytes;
  }

  /** Bytes that the items take. */
  get used(): number {
    return this.#used;
  }

  /** Whether more than half of the bytes are used up. */
  get isRatherFull(): boolean {
    return this.#used * 2 > this.#most;
  }

  /** Takes the item if there is room for it, or if it `must`. */
  take(item: View, must = this.items.length === 0): boolean {
    const json = jsonBytes(item);
    const bytes = json + jsonBytes(itemText(item));
    const isRoom = this.#used + bytes + json * CURSOR_PER_ITEM <= this.#most;
    if (!isRoom && !must) return false;
    this.items.push(item);
    this.#used += bytes;
    return true;
  }
}
