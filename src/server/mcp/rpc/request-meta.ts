import { isRecord } from '../../../protocol/is-record.ts';
import { VERSION_META } from '../../../protocol/json-rpc.ts';

/** Whether a POST is stateless (2026-07-28 and later): by its `_meta`, or by its header. */
export function isStateless(json: unknown, versionHeader: string | string[] | undefined): boolean {
  const messages: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (messages.some((message) => metaOf(message)?.[VERSION_META] !== undefined)) return true;
  // What `initialize` speaks is agreed on in its body, whatever the header says.
  if (messages.some((message) => isRecord(message) && message['method'] === 'initialize')) return false;
  if (typeof versionHeader !== 'string' || !/^\d{4}-\d\d-\d\d$/u.test(versionHeader) || versionHeader < '2026')
    return false;
  return messages.every((message) => isRecord(message) && typeof message['method'] === 'string');
}

/** The `_meta` of a message's parameters. */
export function metaOf(message: unknown): Record<string, unknown> | undefined {
  if (!isRecord(message) || !isRecord(message['params'])) return undefined;
  const meta = message['params']['_meta'];
  return isRecord(meta) ? meta : undefined;
}
