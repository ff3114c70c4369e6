import type { IncomingHttpHeaders } from 'node:http';
import { shortened } from '../shortened.ts';

/** Characters of a `User-Agent` that are kept with a session, which each dashboard is sent. */
const MOST_USER_AGENT_CHARACTERS = 256;

/** The `User-Agent` of a request, as a session keeps it. */
export function userAgentOf({ 'user-agent': given }: IncomingHttpHeaders): string | undefined {
  return given === undefined ? undefined : shortened(given, MOST_USER_AGENT_CHARACTERS);
}
