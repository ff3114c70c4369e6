/** Letters by their category of which nothing is seen: fillers, and the blank pattern of braille. */
const UNSEEN = /[\u115f\u1160\u2800\u3164\uffa0]/gu;

/** Whether anything of a text can be seen. A block of a result without it makes a model's API refuse the conversation. */
export function isVisible(text: string): boolean {
  if (/[!-~]/u.test(text)) return true;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll(UNSEEN, ''));
}
