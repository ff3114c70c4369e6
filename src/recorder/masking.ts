/**
 * Secrets in what is recorded. Texts here are bytes as Latin-1, one character a byte: whatever is no secret comes out
 * as it went in, in any encoding.
 */

/** Stands for the hidden part of a secret. In UTF-8, as Latin-1. */
const MARK = Buffer.from('••••', 'utf8').toString('latin1');

/** Secrets by how they begin: keys, claim tokens of transfers, signatures of links, tokens of locks, ids of uploads. */
const SECRETS = /\b(sb[xtl]_|lck_|upl_)[\w-]{8,}/gu;
/** Members of JSON whose text is a secret: passwords of links, codes of logins. Also where the text is cut off. */
const MEMBERS =
  /("(?:password|user_code|device_code|access_token|refresh_token|client_secret)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gsu;
/** Parts of an address whose value is a secret. */
const PARAMETERS = /([?&](?:key|token|password|code|access_token)=)[^&\s#]+/gu;
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

export interface Masked {
  readonly text: string;
  /** How many markers it has. */
  readonly count: number;
}

/** A body as it may be stored: of a secret its kind and its last four characters remain, of a password nothing. */
export function maskText(text: string): Masked {
  // Nearly all bodies have none: one look for what each secret has.
  if (!text.includes('_') && !text.includes('"password"')) return { text, count: 0 };
  let count = 0;
  const masked = text
    .replaceAll(SECRETS, (secret: string, prefix: string) => {
      count += 1;
      return hidden(prefix, secret.slice(prefix.length));
    })
    .replaceAll(MEMBERS, (_whole, name: string) => {
      count += 1;
      return `${name}"${MARK}"`;
    });
  return { text: count === 0 ? text : masked, count };
}

/** The head of an HTTP message: a first line, and lines of a name, a colon and a value. */
export function maskHead(head: string): Masked {
  let count = 0;
  const lines = head.split('\r\n').map((line, at) => {
    const colon = line.indexOf(':');
    if (at > 0 && colon > 0 && SECRET_HEADERS.has(line.slice(0, colon).toLowerCase())) {
      const [, lead = '', scheme = '', secret = ''] =
        /^(\s*)((?:bearer|basic)\s+)?(.*)$/isu.exec(line.slice(colon + 1)) ?? [];
      count += 1;
      return `${line.slice(0, colon + 1)}${lead}${hidden(scheme, secret)}`;
    }
    const within = maskText(line);
    count += within.count;
    return within.text.replaceAll(PARAMETERS, (_whole, name: string) => {
      count += 1;
      return `${name}${MARK}`;
    });
  });
  return { text: lines.join('\r\n'), count };
}

/** Four characters of 256 random bits tell keys apart and give nothing away; a short secret shows none. */
function hidden(prefix: string, secret: string): string {
  return `${prefix}${MARK}${secret.length >= 24 || prefix === 'lck_' || prefix === 'upl_' ? secret.slice(-4) : ''}`;
}
