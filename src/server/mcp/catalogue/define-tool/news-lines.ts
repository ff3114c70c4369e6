import type { FoundNews } from '../news/news-desk.ts';
import type { NewsItem } from '../news/news-item.ts';
import { time } from '../views/common.ts';

/** News that a result has: the newest of them. */
const MOST_LINES = 5;
/** Of them so many have a place for what the person did. */
const LINES_OF_PERSON = 2;

/** What is new for an agent as lines for its model: five at most, and how many there are besides. */
export function newsLines({ items: all, lastSeq, isCut }: FoundNews): readonly string[] {
  const items = lastOfEach(all);
  const shown = shownOf(items);
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

/** The newest, and among them the newest of what the person did: agents cause more, and what they cause must not hide it. */
function shownOf(items: readonly NewsItem[]): readonly NewsItem[] {
  const ofPerson = new Set(items.filter(({ byPerson }) => byPerson).slice(-LINES_OF_PERSON));
  const others = items.filter((item) => !ofPerson.has(item)).slice(ofPerson.size - MOST_LINES);
  return [...ofPerson, ...others].toSorted((a, b) => a.seq - b.seq);
}

/** The last of each sentence: an agent that repeats something does not hide other news with it. */
function lastOfEach(items: readonly NewsItem[]): readonly NewsItem[] {
  const bySaying = new Map<string, NewsItem>();
  for (const item of items) {
    bySaying.delete(item.says); // keeps the order of the last ones
    bySaying.set(item.says, item);
  }
  return [...bySaying.values()];
}

/** One of them. */
function newsLine({ at, says }: NewsItem): string {
  return `${time(at)} ${says}`;
}

/** {@link newsLines} as a block of text. */
export function newsText(lines: readonly string[]): string {
  return `New since your last call:\n${lines.map((line) => `- ${line}`).join('\n')}`;
}
