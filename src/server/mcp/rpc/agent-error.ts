import { toWire, type HubError, type WireError } from '../../../protocol/errors.ts';

/** A refusal in its wire form, as agents read it: times in details are ISO 8601, inside the hub they are ms. */
export function agentError(error: HubError): WireError {
  const wire = toWire(error);
  return wire.details === undefined ? wire : { ...wire, details: readableTimes(wire.details) };
}

function readableTimes(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(details).map(([name, value]): [string, unknown] =>
    typeof value === 'number' && /(?:_at|At)$/u.test(name) ? [name, new Date(value).toISOString()] : [name, value],
  );
  return Object.fromEntries(entries);
}
