/**
 * A link as it is handed to the person's browser: a plain web address, in its normal form. Undefined for
 * anything else, which could start a program (`smb:`, `ms-settings:`) or pass for another site (`user@host`).
 */
export function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  return url.username === '' && url.password === '' ? url.href : undefined;
}

/** Addresses by which clients let a server be added: they open the client, which shows what it is and asks. */
const CLIENT_LINKS = [
  'cursor://anysphere.cursor-deeplink/mcp/install?',
  'kiro://kiro.mcp/add?',
  'lmstudio://add_mcp?',
  'vscode:mcp/install?',
];

/** Whether a link is one of the Connect sheet that adds Signalbox in a client. */
export function isClientLink(text: string): boolean {
  return CLIENT_LINKS.some((link) => text.startsWith(link));
}
