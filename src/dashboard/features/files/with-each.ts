import { HubError } from '../../../protocol/errors.ts';

/** Calls at a time. */
const ABREAST = 8;

/** Calls a function for each item. All are tried; then the first refusal is thrown, with the number of refusals. */
export async function withEach<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const refusals: HubError[] = [];
  const refused = (error: unknown): void => {
    refusals.push(error instanceof HubError ? error : new HubError('internal', String(error)));
  };
  const lane = async (): Promise<void> => {
    for (const item of waiting) await act(item).catch(refused);
  };
  await Promise.all(Array.from({ length: Math.min(ABREAST, items.length) }, lane));
  const [first] = refusals;
  if (first === undefined) return;
  if (items.length === 1) throw first;
  throw new HubError(
    first.code,
    `${refusals.length} of ${items.length} could not be done. The first: ${first.message}`,
  );
}
