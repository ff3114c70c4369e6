import type { KnowledgeAnswer } from '../../protocol/knowledge.ts';
import type { IndexAsks } from './index-messages.ts';
import { ANSWER_PASSAGES, NOTHING, quotesFor } from './quoted-answer.ts';
import type { Retrieval } from './retrieval.ts';

/** Answers a question with sentences of the files, word for word, or says that there is nothing. */
export function answerFrom(
  retrieval: Retrieval | undefined,
  { query, paths }: Omit<IndexAsks['ask']['query'], 'workspace'>,
): Omit<KnowledgeAnswer, 'status'> {
  const found = retrieval?.search({ query, limit: ANSWER_PASSAGES, ...(paths === undefined ? {} : { paths }) });
  const quotes = found ? quotesFor(found.words, found.passages) : [];
  const citations = quotes.map((quote, at) => ({ number: at + 1, ...quote }));
  const answer =
    citations.length === 0
      ? NOTHING
      : citations.map(({ quote, number }) => `“${quote.replaceAll(/\s+/gu, ' ').trim()}” [${number}]`).join('\n');
  return { answer, citations, by: 'quotes' };
}
