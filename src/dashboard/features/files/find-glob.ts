/**
 * What a person types into the search box, as a glob: a bare word or part of a path finds what
 * contains it anywhere in the tree; something with `*`, `?`, `[` or `{` in it is a glob already, of
 * which `*.md` is looked for in all folders too, and `/*.md` in the top one.
 */
export function asGlob(typed: string): string {
  const wanted = typed.trim();
  const text = wanted.replace(/^\/+/u, '');
  if (!/[*?[{]/u.test(text)) return `**/*${text}*`;
  return wanted.includes('/') ? text : `**/${text}`;
}
