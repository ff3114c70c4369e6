/** Bytes of JSON that a bulky member of an event or a job has in lists, notifications and pushes. */
export const BULKY_MEMBER_BYTES = 1024;

/**
 * A JSON value cut to `mostBytes` of JSON: the value itself where it fits. Of an object the small members stay whole and
 * the large ones are cut; of a list the first items stay, of a text its beginning. What has no room is left out.
 */
export function digest(value: unknown, mostBytes: number): unknown {
  return cut(value, mostBytes)?.value;
}

/** Bytes of a value's JSON in UTF-8. */
export function jsonBytes(value: unknown): number {
  const text = (JSON.stringify(value) as string | undefined) ?? ''; // what is undefined has no JSON
  return text.length > MOST_COUNTED ? utf8.encode(text).length : countedBytes(text);
}

const utf8 = new TextEncoder();
/** Characters up to which counting is quicker than encoding, which takes memory for the bytes. */
const MOST_COUNTED = 1024;

/** Bytes of a text in UTF-8. JSON has no surrogate without its other half: two of them are four bytes. */
function countedBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

interface Cut {
  readonly value: unknown;
  readonly bytes: number;
}

/** Undefined where not even something of it fits. */
function cut(value: unknown, room: number): Cut | undefined {
  const bytes = jsonBytes(value);
  if (bytes <= room) return { value, bytes };
  if (room < 2) return undefined;
  if (typeof value === 'string') return cutText(value, room);
  if (Array.isArray(value)) return cutList(value, room);
  return typeof value === 'object' && value !== null ? cutObject(value, room) : undefined;
}

const ELLIPSIS = '…';

function cutText(text: string, room: number): Cut | undefined {
  for (let length = Math.min(text.length, room); length > 0; length = Math.floor(length * 0.75)) {
    const value = wholeCharacters(text.slice(0, length)) + ELLIPSIS;
    const bytes = jsonBytes(value);
    if (bytes <= room) return { value, bytes };
  }
  return undefined;
}

/** Without the first half of a character that was cut in two. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
}

function cutList(items: readonly unknown[], room: number): Cut {
  const kept: unknown[] = [];
  let bytes = 2;
  for (const item of items) {
    const size = jsonBytes(item) + (kept.length > 0 ? 1 : 0);
    if (bytes + size > room) break;
    kept.push(item);
    bytes += size;
  }
  return { value: kept, bytes };
}

function cutObject(object: object, room: number): Cut {
  const members = Object.entries(object).filter(([, value]) => value !== undefined);
  const kept = new Map<string, unknown>();
  let bytes = 2;
  const keep = (name: string, value: unknown, most: number): void => {
    const before = jsonBytes(name) + 1 + (kept.size > 0 ? 1 : 0);
    const fitting = cut(value, Math.min(most, room - bytes) - before);
    if (!fitting) return;
    kept.set(name, fitting.value);
    bytes += before + fitting.bytes;
  };
  const small = new Set(members.filter(([, value]) => jsonBytes(value) * SHARES <= room));
  for (const [name, value] of small) keep(name, value, room);
  for (const member of members) if (!small.has(member)) keep(...member, room);
  return {
    value: Object.fromEntries(members.flatMap(([name]) => (kept.has(name) ? [[name, kept.get(name)]] : []))),
    bytes,
  };
}

/** A member that takes at most this part of an object's room stays whole, as long as there is room. */
const SHARES = 8;
