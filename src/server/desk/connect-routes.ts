import { Hono } from 'hono';
import { z } from 'zod';
import type { Hub } from '../../hub/hub.ts';
import { HubError } from '../../protocol/errors.ts';
import { roleSchema } from '../../protocol/roles.ts';
import { smallJson } from '../http/json-body.ts';
import { refusalResponse } from '../http/refusals.ts';
import type { PersonAuth } from './login/person.ts';
import { connectKey } from './connect-key.ts';
import type { ConnectSecret } from './connect-secret.ts';

const MOST_BYTES = 4_096;
const FORM = '{"name": "…", "role"?: "editor", "workspace"?: "…"}';

const askedSchema = z.object({
  name: z.string().min(1).max(200),
  role: roleSchema.default('editor'),
  workspace: z.string().min(1).max(200).optional(),
});

export interface ConnectRoutesOptions {
  readonly hub: Hub;
  readonly person: Pick<PersonAuth, 'shownBy'>;
  readonly connectSecret: ConnectSecret;
}

/**
 * `POST /api/connect-key {name, role?, workspace?}` answers `{keyId, secret}`: the key that `signalbox connect` has
 * under this name. It is for programs that read the admin token of this launch in the data directory, never for a
 * browser's cookie.
 */
export function connectRoutes({ hub, person, connectSecret }: ConnectRoutesOptions): Hono {
  const routes = new Hono();
  routes.post('/api/connect-key', async ({ req }) => {
    if (person.shownBy(req.raw.headers) !== 'token') {
      return refusalResponse(
        new HubError('unauthorized', "This needs the admin token of this launch, which the hub's data directory has."),
      );
    }
    const asked = await smallJson(req.raw, { schema: askedSchema, mostBytes: MOST_BYTES, form: FORM });
    if (asked instanceof HubError) return refusalResponse(asked);
    try {
      const made = await connectKey(hub, connectSecret, asked);
      return Response.json(made, { headers: { 'Cache-Control': 'no-store' } });
    } catch (error) {
      if (error instanceof HubError) return refusalResponse(error);
      throw error;
    }
  });
  return routes;
}
