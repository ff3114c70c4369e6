import { looseGlob } from '../../loose-glob.ts';

/**
 * The text of the search box as a glob. A word or part of a path is found anywhere in the tree, in whatever case. Text
 * with `*`, `?`, `[` or `{` is a glob already: `*.md` is looked for in all folders, `/*.md` in the top one.
 */
export function asGlob(typed: string): string {
  const wanted = typed.trim();
  const text = wanted.replace(/^\/+/u, '');
  if (!/[*?[{]/u.test(text)) return `**/*${looseGlob(text)}*`;
  return wanted.includes('/') ? text : `**/${text}`;
}
