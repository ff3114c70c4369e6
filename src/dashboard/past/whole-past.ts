import type { PastAnswer } from '../../protocol/calls/past.ts';
import { collections } from '../../protocol/collections.ts';
import type { OpenPart } from '../../protocol/open-answer.ts';

/** A state of the past with all of its parts, fetched one by one. */
export async function wholePast(
  first: PastAnswer,
  more: (pastId: string) => Promise<OpenPart>,
): Promise<Pick<PastAnswer, 'state' | 'recent'>> {
  const state = { ...first.state };
  const recent = [...first.recent];
  for (let isMore = first.more; isMore;) {
    const part: OpenPart = await more(first.pastId);
    for (const name of collections) Object.assign(state, { [name]: [...state[name], ...(part.state[name] ?? [])] });
    recent.push(...part.recent);
    isMore = part.more;
  }
  return { state, recent };
}
