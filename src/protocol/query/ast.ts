import type { QueryKey } from './query-keys.ts';

/** A part of a filter's text: from the first character to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An amount from `least` to `most`, either of which may be missing, and each counts unless it is said to be left out. */
export interface Amount {
  readonly kind: 'amount';
  readonly least?: number;
  readonly most?: number;
  /** `>` and `<` instead of `>=` and `<=`. */
  readonly isOpen?: true;
}

export type QueryValue =
  /** A name in which `*` stands for any characters, one of a key's words, or free text, where it stands for itself. */
  | { readonly kind: 'text'; readonly text: string }
  /** Bytes, ms, or a plain number. */
  | Amount
  /** Ms since the epoch. */
  | { readonly kind: 'at'; readonly ms: number }
  /** Ms before whenever the filter is asked. */
  | { readonly kind: 'ago'; readonly ms: number };

/** One token of a filter. All of them must hold. */
export interface QueryTerm extends Span {
  /** `text` for what stands without a key: it is looked for in all that a thing says. */
  readonly key: QueryKey | 'text';
  readonly value: QueryValue;
  readonly isNegated: boolean;
}

/** A token that cannot be understood, with what could stand there. */
export interface QueryProblem extends Span {
  readonly message: string;
  /** Texts for its place; none where anything might do. */
  readonly possible: readonly string[];
}

/** A filter as read: the tokens that were understood, in order, and those that were not. */
export interface Query {
  readonly terms: readonly QueryTerm[];
  readonly problems: readonly QueryProblem[];
}
