/** Stands for the hidden part of a secret. */
const MARK = '••••';
/** The same bytes as Latin-1: see {@link maskBytes}. */
const MARK_BYTES = Buffer.from(MARK, 'utf8').toString('latin1');

/**
 * Secrets by how they begin: keys, claim tokens of transfers, signatures of links, codes and refresh tokens of logins
 * (which have dots), tokens of locks, ids of uploads.
 */
const SECRETS = /\b(sb[xtlc]_|lck_|upl_|sbr_)(?:(?<=sbr_)[\w.-]{8,}|[\w-]{8,})/gu;
/** Members of JSON whose text is a secret: passwords of links, codes and tokens of logins. Also where it is cut off. */
const MEMBERS =
  /("(?:password|user_code|device_code|access_token|refresh_token|client_secret)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gsu;
/** Parts of an address whose value is a secret. */
const PARAMETERS =
  /([?&](?:key|token|password|code|access_token|code_verifier|refresh_token|client_secret)=)[^&\s#]+/gu;
/** A body that is a form (WHATWG URL, section 5), as a token endpoint takes it: names and values without blanks. */
const FORM = /^[\w.*~-]{1,60}=[^\s"{}<>]*$/u;
const FIELDS = /((?:^|&)(?:key|token|password|code|code_verifier|access_token|refresh_token|client_secret)=)[^&]+/gu;
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);

export interface Masked<Form> {
  readonly kept: Form;
  /** How many markers it has. */
  readonly count: number;
}

/**
 * A body as it may be stored: of a secret its kind and its last four characters remain, of a password nothing. It is
 * looked at as Latin-1, one character a byte: whatever is no secret comes out as it went in, in any encoding.
 */
export function maskBytes(bytes: Buffer): Masked<Buffer> {
  const { kept, count } = masked(bytes.toString('latin1'), MARK_BYTES);
  return { kept: count === 0 ? bytes : Buffer.from(kept, 'latin1'), count };
}

/** {@link maskBytes} for a text. */
export function maskText(text: string): Masked<string> {
  return masked(text, MARK);
}

/** Heads that were masked last: a client sends nearly the same again and again. */
const MOST_HEADS = 2_000;
const heads = new Map<string, Masked<string>>();

/** The head of an HTTP message: a first line, and lines of a name, a colon and a value. */
export function maskHead(head: string): Masked<string> {
  let masked = heads.get(head);
  if (!masked) {
    masked = maskedHead(head);
    if (heads.size >= MOST_HEADS) heads.clear();
    if (head.length <= 4_096) heads.set(head, masked);
  }
  return masked;
}

function maskedHead(head: string): Masked<string> {
  let count = 0;
  const lines = head.split('\r\n').map((line, at) => {
    const colon = line.indexOf(':');
    if (at > 0 && colon > 0 && SECRET_HEADERS.has(line.slice(0, colon).toLowerCase())) {
      const [, lead = '', scheme = '', secret = ''] =
        /^(\s*)((?:bearer|basic)\s+)?(.*)$/isu.exec(line.slice(colon + 1)) ?? [];
      count += 1;
      return `${line.slice(0, colon + 1)}${lead}${hidden(scheme, secret, MARK)}`;
    }
    const within = maskText(line);
    count += within.count;
    return within.kept.replaceAll(PARAMETERS, (_whole, name: string) => {
      count += 1;
      return name + MARK;
    });
  });
  return { kept: lines.join('\r\n'), count };
}

/** How what is masked in a body begins, by the character before its first `_`. */
const SIGNS = Map.groupBy(
  [
    'sbx_',
    'sbt_',
    'sbl_',
    'lck_',
    'upl_',
    'sbc_',
    'sbr_',
    'user_code"',
    'device_code"',
    'access_token"',
    'refresh_token"',
    'client_secret"',
  ],
  (sign) => sign.charCodeAt(sign.indexOf('_') - 1),
);

/** Whether a text may have a secret: most have none, and this is much quicker than to look for all of them. */
function mayHaveSecret(text: string): boolean {
  for (let at = text.indexOf('_'); at !== -1; at = text.indexOf('_', at + 1)) {
    const signs = SIGNS.get(text.charCodeAt(at - 1));
    if (signs?.some((sign) => text.startsWith(sign, at - sign.indexOf('_'))) === true) return true;
  }
  return text.includes('"password"');
}

function masked(text: string, mark: string): Masked<string> {
  let count = 0;
  const given = FORM.test(text)
    ? text.replaceAll(FIELDS, (_whole, name: string) => {
        count += 1;
        return name + mark;
      })
    : text;
  if (!mayHaveSecret(given)) return { kept: given, count };
  const kept = given
    .replaceAll(SECRETS, (secret: string, prefix: string) => {
      count += 1;
      return hidden(prefix, secret.slice(prefix.length), mark);
    })
    .replaceAll(MEMBERS, (_whole, name: string) => {
      count += 1;
      return `${name}"${mark}"`;
    });
  return { kept, count };
}

/** Four characters of many random bits tell secrets apart and give nothing away; a short secret shows none. */
function hidden(prefix: string, secret: string, mark: string): string {
  const isShown = secret.length >= 24 || prefix === 'lck_' || prefix === 'upl_';
  return `${prefix}${mark}${isShown ? secret.slice(-4) : ''}`;
}
