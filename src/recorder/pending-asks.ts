import type { AskName, RecorderAsks } from './messages.ts';

interface PendingAsk {
  readonly answered: (answer: RecorderAsks[AskName]['answer']) => void;
  readonly failed: (error: unknown) => void;
}

/** Questions to the recorder's thread that are not answered yet, by their ids. */
export class PendingAsks {
  readonly #asked = new Map<number, PendingAsk>();

  add<Name extends AskName>(id: number): Promise<RecorderAsks[Name]['answer']> {
    return new Promise((answered, failed) => this.#asked.set(id, { answered, failed }));
  }

  answer(id: number, answer: RecorderAsks[AskName]['answer']): void {
    this.#asked.get(id)?.answered(answer);
    this.#asked.delete(id);
  }

  fail(id: number, error: unknown): void {
    this.#asked.get(id)?.failed(error);
    this.#asked.delete(id);
  }

  failAll(error: unknown): void {
    for (const { failed } of this.#asked.values()) failed(error);
    this.#asked.clear();
  }
}
