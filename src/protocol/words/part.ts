import type { Actor } from '../envelope.ts';

/** A piece of a sentence: words, an agent by its id (`agentId`), the agent of a session, a job, a kind of job, a path (or other data) to set in the data face. */
export type Part =
  | string
  | { readonly agent: string }
  | { readonly session: string }
  | { readonly job: string }
  | { readonly jobKind: string }
  | { readonly data: string };

/** Whom the sentence of an event is about: an actor, or the agent of a session. */
export type Subject = Actor | { readonly kind: 'session'; readonly session: string };

/** A path or a name, to set in the data face. */
export function data(text: string): Part {
  return { data: text };
}
