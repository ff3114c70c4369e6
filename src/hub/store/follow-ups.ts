import type { Committed } from './applied.ts';

/** What a service does once its commits are on disk, or lost: removing files, letting go of contents. */
export class FollowUps {
  readonly #running = new Set<Promise<void>>();

  /** The commit, with a `durable` that is also the end of what follows it: `onDisk`, or `onLost` where the disk lost it. */
  after<T>(
    { answer, seq, durable }: Committed<T>,
    onDisk: () => Promise<void>,
    onLost?: () => Promise<void>,
  ): Committed<T> {
    const done = durable.then(onDisk, async (error: unknown) => {
      await onLost?.();
      throw error;
    });
    const running = done
      .catch(() => undefined) // those who wait for the commit hear of it
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return { answer, seq, durable: done };
  }

  /** The same, but on disk the commit is durable before `onDisk` has begun: nobody needs to wait for it. */
  behind<T>(committed: Committed<T>, onDisk: () => Promise<void>, onLost: () => Promise<void>): Committed<T> {
    const { answer, seq, durable } = committed;
    const done = this.after({ answer, seq, durable }, onDisk, onLost).durable;
    const orLost = durable.catch(() => done);
    orLost.catch(() => undefined); // those who wait for the commit hear of it
    return { answer, seq, durable: orLost };
  }

  /** Resolves when nothing is left to do for the commits made so far. */
  async done(): Promise<void> {
    await Promise.all(this.#running);
  }
}
