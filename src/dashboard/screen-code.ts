import type { ComponentType } from 'react';
import { messageOf } from '../protocol/errors.ts';

/** The code of a screen could not be fetched, as while the hub is away. */
export class CodeMissing extends Error {
  override readonly name = 'CodeMissing';
}

/**
 * The code of one screen, fetched when it is first needed or when the page has time for it. A failure is kept until
 * {@link retry}, so that a component that is drawn again does not ask the network each time.
 */
export class ScreenCode {
  readonly #fetch: () => Promise<ComponentType>;
  #loading: Promise<ComponentType> | undefined;
  #loaded: ComponentType | undefined;
  #hasFailed = false;

  constructor(fetch: () => Promise<ComponentType>) {
    this.#fetch = fetch;
  }

  /** The screen's component, once it is there. */
  get loaded(): ComponentType | undefined {
    return this.#loaded;
  }

  /** The screen's component: the same promise each time. Rejects with {@link CodeMissing}. */
  load(): Promise<ComponentType> {
    this.#loading ??= this.#fetch().then(
      (component) => (this.#loaded = component),
      (error: unknown) => {
        this.#hasFailed = true;
        throw new CodeMissing(messageOf(error), { cause: error });
      },
    );
    return this.#loading;
  }

  /** Lets the next {@link load} fetch again, if the last one failed. */
  retry(): void {
    if (!this.#hasFailed) return;
    this.#hasFailed = false;
    this.#loading = undefined;
  }
}

/** Fetches the code of all screens, one after the other, so that each opens at once, also while the hub is away. */
export async function preload(codes: readonly ScreenCode[]): Promise<void> {
  for (const code of codes) {
    code.retry();
    await code.load().catch(() => undefined); // shown, and tried again, when the screen is opened
  }
}
