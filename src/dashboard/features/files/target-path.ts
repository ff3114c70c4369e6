import { hiddenCharacter } from '../../../protocol/names/hidden-characters.ts';

/** Why a path is not allowed for a file, in words; undefined if it is. The hub decides in the end. */
export function pathProblem(path: string): string | undefined {
  const text = path.trim();
  if (text === '') return 'Type a name.';
  if (text.startsWith('/')) return 'Paths begin at the workspace: leave out the first slash.';
  if (text.endsWith('/')) return 'A file needs a name after the last slash.';
  const segments = text.split('/');
  if (segments.some((segment) => segment === '')) return 'There is an empty folder name between two slashes.';
  if (segments.some((segment) => segment === '.' || segment === '..')) return '“.” and “..” cannot be names.';
  const hidden = hiddenCharacter(text);
  if (hidden !== undefined) return `There is a character that nobody sees: ${hidden}.`;
  if (segments.some((segment) => segment !== segment.trim())) return 'Names cannot begin or end with a blank.';
  return undefined;
}

/** A name for a copy that is probably free: `plan.md` → `plan copy.md`, `plan copy.md` → `plan copy 2.md`. */
export function copyName(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  const numbered = / copy(?: (\d+))?$/u.exec(stem);
  const next = numbered ? `${stem.slice(0, numbered.index)} copy ${Number(numbered[1] ?? '1') + 1}` : `${stem} copy`;
  return `${path.slice(0, slash)}${next}${extension}`;
}
