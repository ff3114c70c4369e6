/**
 * A `Content-Disposition` for any file name (RFC 6266, RFC 8187): a quoted one in ASCII for clients
 * that know no better, and the true one in UTF-8.
 */
export function contentDisposition(kind: 'inline' | 'attachment', name: string): string {
  const ascii = name.replaceAll(/[^\u{20}-\u{7e}]/gu, '_').replaceAll(/["\\%]/gu, '_');
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded(name)}`;
}

/** Percent-encoded but for what RFC 8187 calls attr-char. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/gu, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
