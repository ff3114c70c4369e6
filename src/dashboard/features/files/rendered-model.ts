/** A part of a line. Nothing of it leads anywhere or is fetched: addresses are words. */
export type Inline =
  | string
  | { readonly kind: 'strong' | 'em' | 'del'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly parts: readonly Inline[]; readonly to: string }
  | { readonly kind: 'picture'; readonly text: string; readonly from: string }
  | { readonly kind: 'break' };

export interface ListEntry {
  /** Of a task; undefined: it is none. */
  readonly isDone: boolean | undefined;
  readonly blocks: readonly TextBlock[];
}

/** A part of a rendered text. */
export type TextBlock =
  | { readonly kind: 'heading'; readonly depth: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly TextBlock[] }
  /** `start` of a list without numbers is undefined. */
  | { readonly kind: 'list'; readonly start: number | undefined; readonly entries: readonly ListEntry[] }
  | { readonly kind: 'table'; readonly table: TableText }
  | { readonly kind: 'rule' };

export interface TableText {
  readonly head: readonly (readonly Inline[])[];
  readonly rows: readonly (readonly (readonly Inline[])[])[];
}

/** What is shown of a text that is rendered. */
export interface Rendered {
  readonly blocks: readonly TextBlock[];
  /** Whether something is left out as there is too much of it. */
  readonly isCut: boolean;
}

/** How a text can be shown otherwise than line by line. */
export type RenderedKind = 'markdown' | 'table';

/** A text to be rendered, for the thread that does it. */
export interface RenderRequest {
  readonly kind: RenderedKind;
  readonly text: string;
}
