import type { Hub } from '../hub/hub.ts';
import type { Origin } from '../hub/rule.ts';
import { HubError } from '../protocol/errors.ts';
import type { PersonAuth } from './desk/login/person.ts';
import { authenticateHeader, authenticateRequest } from './http/auth.ts';
import type { RateLimit } from './http/rate-limit.ts';
import type { RefusedConnections } from './http/refused-connections.ts';
import { noteUse } from './contents/note-use.ts';
import type { RoutesOptions } from './routes.ts';

type Identify = RoutesOptions['identify'];

export interface IdentifyParts {
  readonly hub: Hub;
  readonly person: Pick<PersonAuth, 'identify'>;
  readonly rateLimit: RateLimit | undefined;
  readonly refused: Pick<RefusedConnections, 'note'>;
}

/** Says who sends a request to the routes: the person, or the agent whose key it carries. */
export function createIdentify({ hub, person, rateLimit, refused }: IdentifyParts): Identify {
  const agentOf = (request: Request, http: Parameters<Identify>[1]): Origin | HubError => {
    const key = http
      ? authenticateRequest(hub, http.incoming, http.outgoing)
      : authenticateHeader(hub, request.headers.get('authorization') ?? undefined);
    if (key instanceof HubError) return key;
    return rateLimit?.take(key.id) ?? { actor: { kind: 'agent', key: key.id } };
  };
  return (request, http) => {
    const who = person.identify(request.headers) ?? agentOf(request, http);
    // The dashboard's own pictures and downloads come without a key while nobody is logged in.
    if (who instanceof HubError && http?.incoming.headers.authorization !== undefined) {
      refused.note(http.incoming, who);
    }
    if (!(who instanceof HubError) && http) noteUse(hub, who, http);
    return who;
  };
}

/** A request with the person's token, for hosts whose own window is the only one that can send it. */
export function asPerson(request: Request, adminToken: string): Request {
  const headers = new Headers(request.headers);
  headers.set('Authorization', `Bearer ${adminToken}`);
  return new Request(request, { headers });
}
