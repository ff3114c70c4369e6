import type { DashboardApi } from '../../../protocol/api.ts';

/**
 * One push for many dashboards, as a birpc event. The text is made for the first channel that needs it; then
 * the same bytes go to all.
 */
export class Push {
  readonly method: keyof DashboardApi;
  readonly #args: readonly unknown[];
  readonly #argsJson: (() => string) | undefined;
  #text: Buffer | undefined;

  /**
   * @param args what the method is called with
   * @param argsJson makes the JSON of `args` cheaper than `JSON.stringify` can, where parts of it exist already
   */
  constructor(method: keyof DashboardApi, args: readonly unknown[], argsJson?: () => string) {
    this.method = method;
    this.#args = args;
    this.#argsJson = argsJson;
  }

  /** For channels that clone structures. */
  get message(): { t: 'q'; m: string; a: readonly unknown[] } {
    return { t: 'q', m: this.method, a: this.#args };
  }

  /** For channels that carry text: UTF-8 JSON of {@link message}. */
  get text(): Buffer {
    this.#text ??= Buffer.from(
      `{"t":"q","m":"${this.method}","a":${this.#argsJson ? this.#argsJson() : JSON.stringify(this.#args)}}`,
    );
    return this.#text;
  }
}
