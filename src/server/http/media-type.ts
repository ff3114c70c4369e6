/**
 * Whether an `Accept` header takes a media type; a missing one takes all (RFC 9110, section 12.5.1). The most
 * specific range counts, and `q=0` means "not this one".
 */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined) return true;
  const group = `${type.slice(0, type.indexOf('/'))}/*`;
  const wanted = new Map<string, boolean>();
  for (const part of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    wanted.set(name, !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/u.test(parameter)));
  }
  return wanted.get(type) ?? wanted.get(group) ?? wanted.get('*/*') ?? false;
}

/** Whether a request says that its body is JSON (RFC 9110: parameters such as a charset may follow). */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  return contentType !== undefined && /^application\/json\s*(?:;|$)/iu.test(contentType.trim());
}
