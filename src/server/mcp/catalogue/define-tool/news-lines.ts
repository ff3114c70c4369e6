import type { FoundNews } from '../news/news-desk.ts';
import type { NewsItem } from '../news/news-item.ts';
import { time } from '../views/common.ts';

/** News that a result has: the newest of them. */
const MOST_LINES = 5;

/** What is new for an agent as lines for its model: five at most, and how many there are besides. */
export function newsLines({ items, lastSeq, isCut }: FoundNews): readonly string[] {
  const shown = items.slice(-MOST_LINES);
  const earlier = items.length - shown.length;
  const first = items[0]?.seq ?? lastSeq;
  const lines = shown.map(newsLine);
  if (earlier > 0) {
    lines.push(
      `${isCut ? 'More than ' : ''}${earlier} more before these: event_wait with for_me true and after_seq ${first - 1} gives them.`,
    );
  } else if (isCut) lines.push('More may have happened before: event_list has all events of a workspace.');
  return lines;
}

/** One of them. */
function newsLine({ at, says }: NewsItem): string {
  return `${time(at)} ${says}`;
}

/** {@link newsLines} as a block of text. */
export function newsText(lines: readonly string[]): string {
  return `New since your last call:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
