/** What the list shows: a folder, a search, or the deleted files. */
export type ListedFiles =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'found'; readonly typed: string }
  | { readonly kind: 'deleted' };
