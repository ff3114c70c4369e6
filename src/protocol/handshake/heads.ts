import type { FrameBody, FrameContent, FrameHead } from '../frame-record.ts';
import { isRecord } from '../is-record.ts';

/** The value of a header, whatever the case of its name; undefined without one. */
export function headerOf(head: FrameHead | undefined, name: string): string | undefined {
  return head?.headers.find(([each]) => each.toLowerCase() === name)?.[1];
}

/** The address that was asked for, with its query. */
export function requestTarget(head: FrameHead | undefined): string {
  return head?.line.split(' ')[1] ?? '';
}

/** A body as a record of JSON; empty where it is none, or only its beginning is kept. */
export function jsonOf(body: FrameBody | undefined): Readonly<Record<string, unknown>> {
  if (!body || body.cut || body.encoding !== 'utf8') return {};
  try {
    return recordOf(JSON.parse(body.text));
  } catch {
    return {}; // what a client sent may be no JSON
  }
}

/** A member that is a record; an empty one for anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The code with which the hub refused an exchange: as it was recorded, else of the answer's body. */
export function refusalCode({ frame, answer }: FrameContent): string | undefined {
  if (frame.code !== undefined) return String(frame.code);
  const error = recordOf(jsonOf(answer)['error']);
  return textIn(recordOf(error['data'])['code']) ?? textIn(error['code']);
}
