import type { HubError } from '../../protocol/errors.ts';
import { refusalTitle } from '../../protocol/words/refusal-words.ts';

export interface ProblemWords {
  readonly title: string;
  /** Empty where the title says it all. */
  readonly text: string;
}

/** A refusal in words for people. */
export function problemWords({ code, message }: HubError): ProblemWords {
  return { title: refusalTitle(code), text: withoutToolNames(message) };
}

/** A refusal in one piece, where it stands at a field or in a line. */
export function problemLine(problem: HubError): string {
  const { title, text } = problemWords(problem);
  return text === '' ? `${title}.` : text;
}

/**
 * The hub's messages also tell agents what to call next. Clauses that name a tool or its arguments
 * (`lock_acquire`, `wait_ms`) mean nothing at the desk and are left out, unless the name is quoted: then it is
 * of a file or a workspace.
 */
function withoutToolNames(message: string): string {
  const clauses = message.split(/(?<=[.;!?:])\s+/u);
  const kept = clauses.filter((clause) => !/\b[a-z]+(?:_[a-z]+)+\b/u.test(clause.replaceAll(/"[^"]*"|`[^`]*`/gu, '')));
  return shortNames(kept.join(' ').replace(/[;:]$/u, '.').trim());
}

/** The longest quoted name that is shown whole: what is said of it must not be behind it, out of sight. */
const LONGEST_NAME = 48;

function shortNames(text: string): string {
  return text.replaceAll(/"([^"]*)"/gu, (quoted, name: string) => {
    const letters = [...name];
    if (letters.length <= LONGEST_NAME) return quoted;
    return `"${letters.slice(0, LONGEST_NAME / 2).join('')}…${letters.slice(-LONGEST_NAME / 4).join('')}"`;
  });
}
