import { SCOPE_VIOLATION } from '../end-reasons.ts';

/** Reasons that the log has as a code. */
const codes: Readonly<Record<string, string>> = {
  [SCOPE_VIOLATION]: 'It subscribed outside of its workspaces',
  hub_restarted: 'The hub was started again',
  workspace_deleted: 'Its workspace was deleted',
};

/** Why a session was dropped or closed, as a sentence without its full stop: "The agent closed the connection". */
export function endWords(reason: string): string {
  const known = codes[reason];
  if (known !== undefined) return known;
  if (/^Its client came back as ses_\w+\.$/u.test(reason)) return 'Its client came back in a new session';
  return reason.replace(/\.$/u, '');
}

/** {@link endWords} to follow a colon. */
export function endClause(reason: string): string {
  const words = endWords(reason);
  return /^[A-Z][a-z]/u.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}
