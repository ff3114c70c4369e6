import type { Hub } from '../../../hub/hub.ts';
import { wasGiven } from '../../../hub/rules/agent-names.ts';
import { properName } from '../../../hub/rules/names.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { shortened } from '../../shortened.ts';
import type { AgentSession } from '../sessions/agent-session.ts';
import type { Exchange } from './edge.ts';

/** The header that names the agent of a request. */
const HEADER = 'x-signalbox-agent';
/** Characters of a name that a refusal repeats. */
const MOST_REPEATED = 80;

/**
 * The agent that a request names, by the header `X-Signalbox-Agent` or by `agent=` behind its address; undefined where
 * it names none, also by an empty one, as a variable that is not set leaves it. `invalid_argument` for a name that no
 * agent may have, `bad_request` for two.
 */
export function givenName({ request, query }: Exchange): string | undefined | HubError {
  const header = request.headers[HEADER];
  if (header === undefined && !query.includes('agent=')) return undefined;
  const names = [headerText(header)];
  if (query.includes('agent=')) names.push(...new URLSearchParams(query).getAll('agent'));
  const [name, ...others] = new Set(names.filter((one) => one !== undefined && one !== ''));
  if (name === undefined) return undefined;
  if (others.length > 0) {
    const both = [name, ...others.slice(0, 1)].map((one) => JSON.stringify(shortened(one ?? '', MOST_REPEATED)));
    return new HubError(
      'bad_request',
      `The request names two agents, ${both.join(' and ')}: send X-Signalbox-Agent, or agent= behind the address, and once.`,
    );
  }
  return properName('agent', name);
}

/**
 * Why a request may not be for a session: it names another agent than the session has. One that names none is for
 * whatever agent has the session.
 */
export function wrongAgent(hub: Pick<Hub, 'state'>, exchange: Exchange, session: AgentSession): HubError | undefined {
  const { query } = exchange;
  const header = exchange.request.headers[HEADER];
  // As with most requests: what has been found to be right before.
  if (session.nameSeen?.query === query && session.nameSeen.header === header) return undefined;
  const name = givenName(exchange);
  if (name instanceof HubError) return name;
  const state = hub.state.sessions.get(session.id);
  const agent = state?.agent;
  if (name === undefined || agent === undefined || (state?.named ? wasGiven(state, name) : agent === name)) {
    if (name === undefined || agent !== undefined) session.nameSeen = { header, query };
    return undefined;
  }
  return new HubError(
    'bad_request',
    `This session is of the agent ${state?.given ?? agent}, and the request names ${JSON.stringify(name)}. A session keeps its agent: open another one.`,
  );
}

/** Whether a session may be that of a client which names this agent, or none: it names the same each time, letter by letter. */
export function isOfAgent(session: SessionState, name: string | undefined): boolean {
  if (name === undefined) return session.named === undefined && session.given === undefined;
  return session.given === undefined ? session.named === true && wasGiven(session, name) : session.given === name;
}

/** Headers come as Latin-1; a name that was sent as UTF-8 is read as that. */
function headerText(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return header?.[0];
  if (/^[\x20-\x7e]*$/u.test(header)) return header;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}
