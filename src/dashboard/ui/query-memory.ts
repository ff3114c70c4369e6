import { z } from 'zod';
import { MAX_QUERY_CHARS } from '../../protocol/query/parse.ts';
import { remembered, type Remembered } from '../remembered.ts';

/** Filters that were used last; of more, the oldest are forgotten. */
export const MOST_RECENT = 20;
/** Views that can be saved. */
export const MOST_VIEWS = 50;
/** Characters of a view's name. */
export const VIEW_NAME_CHARACTERS = 60;

const filter = z.string().max(MAX_QUERY_CHARS);
const schema = z.object({
  recent: z.array(filter).max(MOST_RECENT).catch([]),
  views: z
    .array(z.object({ name: z.string().min(1).max(VIEW_NAME_CHARACTERS), filter }))
    .max(MOST_VIEWS)
    .catch([]),
});

/** Filters of a list that this browser remembers: those used last, newest first, and those with a name. */
export type QueryMemory = z.infer<typeof schema>;

/** What is remembered of a list's filters. What is damaged counts as nothing. */
export function readMemory(memory: Remembered): QueryMemory {
  try {
    return schema.parse(JSON.parse(memory.get() ?? '{}'));
  } catch {
    return schema.parse({});
  }
}

/** The memory of a list, in this browser. */
export function memoryOf(list: string): Remembered {
  return remembered(`filters.${list}`, () => window.localStorage);
}

/** With a filter that was just used. */
export function withRecent(memory: QueryMemory, used: string): QueryMemory {
  const text = used.trim();
  if (text === '') return memory;
  return { ...memory, recent: [text, ...memory.recent.filter((other) => other !== text)].slice(0, MOST_RECENT) };
}

/** With a view, in place of one of the same name. */
export function withView(memory: QueryMemory, name: string, text: string): QueryMemory {
  const view = { name: name.trim().slice(0, VIEW_NAME_CHARACTERS), filter: text.trim() };
  if (view.name === '' || view.filter === '') return memory;
  const others = memory.views.filter((other) => other.name !== view.name);
  return { ...memory, views: [...others, view].slice(-MOST_VIEWS) };
}

export function withoutView(memory: QueryMemory, name: string): QueryMemory {
  return { ...memory, views: memory.views.filter((view) => view.name !== name) };
}
