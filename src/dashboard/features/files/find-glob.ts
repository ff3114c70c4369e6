/**
 * What a person types into the search box, as a glob: a bare word or part of a path finds what
 * contains it anywhere in the tree; something with `*`, `?`, `[` or `{` in it is a glob already.
 */
export function asGlob(typed: string): string {
  const text = typed.trim().replace(/^\/+/u, '');
  return /[*?[{]/u.test(text) ? text : `**/*${text}*`;
}
