import type { CallToolResult } from '@modelcontextprotocol/server';
import { toWire, type HubError } from '../../protocol/errors.ts';
import { render } from './render.ts';

/** A refusal as every tool gives it: `isError`, in words and in fields. */
export function toolError(error: HubError): CallToolResult {
  const { code, message, details, ...more } = toWire(error);
  const fields = { ...more, ...(details === undefined ? {} : { details: readableTimes(details) }) };
  return {
    isError: true,
    content: [{ type: 'text', text: render(`${code}: ${message}`, fields) }],
    structuredContent: { code, message, ...fields },
  };
}

/** Times in details are ms since the epoch inside the hub; agents read ISO 8601 everywhere. */
function readableTimes(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(details).map(([name, value]): [string, unknown] =>
    typeof value === 'number' && /(?:_at|At)$/u.test(name) ? [name, new Date(value).toISOString()] : [name, value],
  );
  return Object.fromEntries(entries);
}
