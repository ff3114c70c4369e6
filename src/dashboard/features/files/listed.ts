/** What the list shows of a workspace. */
export type Listed =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'found'; readonly typed: string }
  | { readonly kind: 'deleted' };
