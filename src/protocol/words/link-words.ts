import type { LinkRefusal } from '../link-refusal.ts';

const words: Readonly<Record<LinkRefusal, string>> = {
  password: 'the password was wrong',
  revoked: 'it was revoked',
  expired: 'it has expired',
  used_up: 'it was used as often as it may be',
  void: 'who made it may not give the file away any more',
  purged: 'its file is no longer there',
};

/** Why a link gives nothing, to follow a colon. */
export function linkRefusalWords(why: LinkRefusal): string {
  return words[why];
}
