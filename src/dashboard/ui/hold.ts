/**
 * Why a live list holds still: the pointer moves in it, a row has the keyboard's focus, a row is selected, or the
 * person scrolled away from its live end.
 */
export type HoldCause = 'pointer' | 'row' | 'selection' | 'scroll';

export interface HoldOptions {
  /** For a list that is opened in the middle. */
  readonly isHeld?: boolean;
  /** Key of the row that was selected before the list was there: it does not hold it. */
  readonly selected?: string | undefined;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
}

/** A list that is left goes on after this long, ms: a pointer that slips out and comes back finds it as it was. */
const LINGER_MS = 400;
/** For so long a held list goes on after the person changed something in it, ms: until the change is read. */
const OWN_MS = 1_500;

/**
 * Whether a live list holds still. There may be several causes at once, and the person may ask for either by the
 * control: held until they ask again, live until the next cause begins.
 */
export class Hold {
  readonly #options: HoldOptions;
  readonly #listeners = new Set<() => void>();
  readonly #causes = new Set<HoldCause>();
  readonly #ending = new Map<HoldCause, unknown>();
  #selected: string | undefined;
  #wish: 'live' | 'held' | undefined;
  #isHeld = false;
  #added = 0;
  #going: unknown;

  constructor(options: HoldOptions) {
    this.#options = options;
    this.#selected = options.selected;
    this.#isHeld = options.isHeld ?? false;
    if (this.#isHeld) this.#wish = 'held';
  }

  readonly current = (): boolean => this.#isHeld;

  /** How many rows there are that the list does not show while it is held. */
  readonly added = (): number => this.#added;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  begin(cause: HoldCause): void {
    this.#stay(cause);
    if (this.#causes.has(cause)) return;
    this.#causes.add(cause);
    if (this.#wish === 'live' && this.#going === undefined) this.#wish = undefined;
    this.#changed();
  }

  /** The cause is over: at once, or after a moment where a pointer or a focus is easily lost. */
  end(cause: HoldCause): void {
    if (!this.#causes.has(cause) || this.#ending.has(cause)) return;
    if (cause === 'selection' || cause === 'scroll') this.drop(cause);
    else
      this.#ending.set(
        cause,
        this.#options.setTimeout(() => this.drop(cause), LINGER_MS),
      );
  }

  /** The cause is over, at once. */
  drop(cause: HoldCause): void {
    this.#stay(cause);
    if (this.#causes.delete(cause)) this.#changed();
  }

  /** Takes the key of the selected row, undefined for none. Another row is a cause of its own. */
  select(key: string | undefined): void {
    if (key === this.#selected) return;
    this.#selected = key;
    if (key === undefined) return this.end('selection');
    this.#causes.delete('selection');
    this.begin('selection');
  }

  /** By the control: holds a live list, lets a held one go on whatever holds it. */
  toggle(): void {
    if (!this.#isHeld) this.#wish = 'held';
    else this.#wish = this.#causes.size > 0 ? 'live' : undefined;
    this.#changed();
  }

  /** Goes on for a moment whatever holds it, unless the control does: the person changed something in the list. */
  goOn(): void {
    if (this.#wish === 'held') return;
    this.#options.clearTimeout(this.#going);
    this.#going = this.#options.setTimeout(() => {
      this.#going = undefined;
      if (this.#wish === 'live') this.#wish = undefined;
      this.#changed();
    }, OWN_MS);
    this.#wish = 'live';
    this.#changed();
  }

  /** Takes what {@link added} answers from now on. */
  count(added: number): void {
    if (added === this.#added) return;
    this.#added = added;
    this.#notify();
  }

  /** Stops its timers. */
  close(): void {
    for (const cause of [...this.#ending.keys()]) this.#stay(cause);
    this.#options.clearTimeout(this.#going);
    this.#going = undefined;
  }

  #stay(cause: HoldCause): void {
    this.#options.clearTimeout(this.#ending.get(cause));
    this.#ending.delete(cause);
  }

  #changed(): void {
    if (this.#causes.size === 0 && this.#wish === 'live' && this.#going === undefined) this.#wish = undefined;
    const isHeld = this.#wish === undefined ? this.#causes.size > 0 : this.#wish === 'held';
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
