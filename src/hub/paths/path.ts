import { HubError } from '../../protocol/errors.ts';
import { hiddenCharacter, withoutHiddenInPath } from '../../protocol/names/hidden-characters.ts';

/** In UTF-8 bytes: every usual file system takes that much. */
export const MAX_SEGMENT_BYTES = 255;
export const MAX_PATH_BYTES = 1024;

/** Line and paragraph separators and bidi marks are among them. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/**
 * A file's path inside its workspace: segments divided by `/`, in Unicode's NFC, so that a name is the same
 * however it was typed. Answers `invalid_path`, with what to write instead, for an empty path, a leading or
 * doubled slash, `.` and `..`, a backslash (a separator on Windows, a letter elsewhere), control characters,
 * lone surrogates, and for what is too long. It may be a path that only an older file can have: see
 * {@link newPathProblem}.
 */
export function normalizePath(text: string): string | HubError {
  if (!text.isWellFormed()) return invalid(text, 'it is not well-formed Unicode');
  const path = text.normalize('NFC');
  if (path === '') return invalid(text, 'it is empty; name a file, e.g. notes/plan.md');
  if (path.search(CONTROL) >= 0) return invalid(text, 'it has control characters; leave them out');
  if (path.includes('\\')) return invalid(text, 'it has a backslash; divide folders by /');
  if (path.startsWith('/')) return invalid(text, 'it begins with /; paths begin at the top of the workspace');
  if (path.endsWith('/')) return invalid(text, 'it ends with / and so names a folder; add the name of a file');
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return invalid(text, `it is longer than ${MAX_PATH_BYTES} bytes`);
  for (const segment of path.split('/')) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return invalid(text, problem);
  }
  return path;
}

/**
 * Why nothing new may be made at a normalised path: `invalid_path` for characters that nobody sees or that turn
 * text around, and for blanks at the ends of a name. Such a path looks like another one. Files that have it
 * already stay readable and writable.
 */
export function newPathProblem(path: string): HubError | undefined {
  const hidden = hiddenCharacter(path);
  const isPadded = path.split('/').some((name) => name !== name.trim());
  if (hidden === undefined && !isPadded) return undefined;
  const instead = withoutHiddenInPath(path);
  const problem =
    hidden === undefined ? 'a name in it begins or ends with a blank' : `it has ${hidden}, which nobody sees`;
  return invalid(path, `${problem}; write ${JSON.stringify(instead)}`, { instead });
}

/** Like {@link normalizePath}, for a folder: `''` is the top, and one slash at the end is taken off. */
export function normalizeFolder(text: string): string | HubError {
  const folder = text.endsWith('/') ? text.slice(0, -1) : text;
  return folder === '' ? '' : normalizePath(folder);
}

/**
 * A path that is locked: a file's, or with a slash at its end a folder's, which stands for all below it. Patterns are
 * refused: they would look as if they locked what they match.
 */
export function normalizeLockPath(text: string): string | HubError {
  const isFolder = text.endsWith('/');
  const path = normalizePath(isFolder ? text.slice(0, -1) : text);
  return path instanceof HubError || !isFolder ? path : `${path}/`;
}

/** Why a path cannot be locked where no such file is: it is a pattern. */
export function patternProblem(path: string): HubError | undefined {
  if (!/[*?]/u.test(path)) return undefined;
  return invalid(path, 'a lock takes no pattern; lock one file, or a folder with all below it: src/');
}

/** The part after the last slash: `c.txt` of `a/b/c.txt`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A text from elsewhere as the name of a file: what no name may have is left out of it, what is too long cut. */
export function plainName(text: string): string {
  const base = text.normalize('NFC').split(/[/\\]/u).at(-1) ?? '';
  const plain = withoutHiddenInPath(base.replaceAll(CONTROL, '')).trim();
  const isName = plain !== '' && plain !== '.' && plain !== '..';
  return isName ? cutName(plain) : 'unnamed';
}

/** A name of at most so many bytes as a path may have, with its extension. */
function cutName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_SEGMENT_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  let stem = name.slice(0, name.length - extension.length);
  while (Buffer.byteLength(stem + extension) > MAX_SEGMENT_BYTES) stem = [...stem].slice(0, -1).join('');
  return `${stem.trimEnd()}${extension}`;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'it has two slashes in a row';
  if (segment === '.' || segment === '..')
    return `it has the segment ${segment}; write the path from the top of the workspace`;
  if (segment.trim() === '') return 'it has a name that is only blanks';
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `it has a name longer than ${MAX_SEGMENT_BYTES} bytes`;
  return undefined;
}

function invalid(text: string, problem: string, details?: Readonly<Record<string, unknown>>): HubError {
  const shown = JSON.stringify(text.toWellFormed().slice(0, 200));
  return new HubError('invalid_path', `Path ${shown} cannot be used: ${problem}.`, {
    details: { problem, ...details },
  });
}
