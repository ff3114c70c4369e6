/**
 * A link as it is handed to the person's browser: a plain web address, in its normal form. Undefined for
 * anything else, which could start a program (`smb:`, `ms-settings:`) or pass for another site (`user@host`).
 */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}
