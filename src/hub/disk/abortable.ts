/**
 * The same chunks until the signal aborts. Then it throws the signal's reason at once, even while the source
 * is silent, and ends the source.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  signal.throwIfAborted();
  const iterator = source[Symbol.asyncIterator]();
  // No race against one promise for all chunks: that would keep every chunk in memory until the end.
  let refuse: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => refuse(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let isDone = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        refuse = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        isDone = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a silent source answers only with its next chunk.
    if (!isDone) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
