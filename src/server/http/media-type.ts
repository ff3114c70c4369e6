/** Whether an `Accept` header takes a media type; a missing one takes all (RFC 9110, section 12.5.1). */
export function accepts(header: string | undefined, type: string): boolean {
  if (header === undefined) return true;
  const group = `${type.slice(0, type.indexOf('/'))}/*`;
  return header.split(',').some((part) => {
    const name = part.split(';', 1)[0]?.trim().toLowerCase();
    return name === type || name === group || name === '*/*';
  });
}

/** Whether a request says that its body is JSON (RFC 9110: parameters such as a charset may follow). */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  return contentType !== undefined && /^application\/json\s*(?:;|$)/iu.test(contentType.trim());
}
