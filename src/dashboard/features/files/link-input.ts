import { isLinkOver } from '../../../protocol/link-over.ts';
import { linkRefusalWords } from '../../../protocol/words/link-words.ts';
import type { LinkState } from '../../../protocol/state.ts';

const HOUR = 60 * 60_000;

/** How long a link may last, in ms, by its name in the dialog. */
export const lifetimes: Readonly<Record<string, number>> = {
  '1 hour': HOUR,
  '1 day': 24 * HOUR,
  '7 days': 7 * 24 * HOUR,
  '30 days': 30 * 24 * HOUR,
};

/** The number of downloads that was typed; undefined for none. */
export function usesIn(text: string): number | 'wrong' | undefined {
  const typed = text.trim();
  if (typed === '') return undefined;
  const uses = Number(typed);
  return /^\d+$/u.test(typed) && uses >= 1 && uses <= 1000 ? uses : 'wrong';
}

/** The links to a file that still give it, the newest first. */
export function openLinks(links: Iterable<LinkState>, fileId: string, now: number): readonly LinkState[] {
  return [...links]
    .filter((link) => link.fileId === fileId && !isLinkOver(link, now))
    .sort((a, b) => b.createdAt - a.createdAt);
}

/** `2 downloads`, `2 of 5 downloads`. */
export function usesWords({ uses, maxUses }: LinkState): string {
  if (maxUses !== undefined) return `${uses} of ${maxUses === 1 ? '1 download' : `${maxUses} downloads`}`;
  return uses === 1 ? '1 download' : `${uses} downloads`;
}

/** `3 tries refused, the last from 10.0.0.4: the password was wrong`; undefined for none. */
export function refusedTries({ refused }: Pick<LinkState, 'refused'>): string | undefined {
  if (!refused) return undefined;
  const tries =
    refused.tries === 1 ? '1 try refused:' : `${refused.tries} tries refused, the last from ${refused.remote}:`;
  return `${tries} ${linkRefusalWords(refused.why)}`;
}
