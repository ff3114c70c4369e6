const secretHeaders = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization']);

/** Headers by name, as an inspector may show them: of a secret only its kind and its last four characters remain. */
export function maskHeaders(raw: readonly string[]): Record<string, string> {
  const shown: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const value = raw[index + 1] ?? '';
    shown[name] = secretHeaders.has(name.toLowerCase()) ? masked(value) : value;
  }
  return shown;
}

function masked(value: string): string {
  const scheme = /^(bearer|basic) +/iu.exec(value)?.[0] ?? '';
  const secret = value.slice(scheme.length);
  // Four characters of 256 random bits tell keys apart and give nothing away; a short secret shows none.
  return `${scheme}••••${secret.length >= 24 ? secret.slice(-4) : ''}`;
}

/** Secrets that messages carry, by how they begin: claim tokens of transfers, signatures of links. */
const SECRETS = /\bsb[tl]_[\w-]{4,}/gu;
/** The password of a link, as an argument of a call. */
const PASSWORDS = /("password"\s*:\s*)"(?:[^"\\]|\\.)*"?/gu;

/** A message as an inspector may show it: of a secret in it only its kind and its last four characters remain, of a password none. */
export function maskBody(body: string): string {
  return body
    .replaceAll(SECRETS, (secret) => `${secret.slice(0, 4)}••••${secret.slice(-4)}`)
    .replaceAll(PASSWORDS, '$1"••••"');
}
