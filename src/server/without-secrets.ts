/** Secrets by how they begin: keys, claim tokens of transfers, signatures of links, tokens of locks. */
const SECRETS = /\b(sb[xtl]_|lck_)[\w-]{4,}/gu;

/** A text for the log, in which nothing of a secret remains but its kind. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRETS, '$1••••');
}
