import { Hono } from 'hono';
import { z } from 'zod';
import type { Hub } from '../../hub/hub.ts';
import { HubError } from '../../protocol/errors.ts';
import { roleSchema } from '../../protocol/roles.ts';
import { smallJson } from '../http/json-body.ts';
import { refusalResponse } from '../http/refusals.ts';
import type { PersonAuth } from './login/person.ts';
import { connectKey } from './connect-key.ts';
import { connectNews, type NewsFor } from './connect-news.ts';
import type { ConnectSecret } from './connect-secret.ts';

const MOST_BYTES = 4_096;
const FORM = '{"name": "…", "role"?: "editor", "workspace"?: "…"}';

const NEWS_FORM = '{"name": "…", "beginning"?: true}';

const newsSchema = z.object({ name: z.string().min(1).max(200), beginning: z.boolean().default(false) });

const askedSchema = z.object({
  name: z.string().min(1).max(200),
  role: roleSchema.default('editor'),
  workspace: z.string().min(1).max(200).optional(),
});

export interface ConnectRoutesOptions {
  readonly hub: Hub;
  readonly person: Pick<PersonAuth, 'shownBy'>;
  readonly connectSecret: ConnectSecret;
  readonly newsFor: NewsFor;
}

/**
 * What `signalbox connect` asks for. It is for programs that read the admin token of this launch in the data directory,
 * never for a browser's cookie.
 *
 * - `POST /api/connect-key {name, role?, workspace?}` answers `{keyId, secret}`: the key that it has under this name.
 * - `POST /api/connect-news {name, beginning?}` answers `{text?}`: what is new for the agent of that key.
 */
export function connectRoutes({ hub, person, connectSecret, newsFor }: ConnectRoutesOptions): Hono {
  const routes = new Hono();
  routes.use('/api/connect-*', async ({ req }, next) => {
    if (person.shownBy(req.raw.headers) === 'token') return next();
    return refusalResponse(
      new HubError('unauthorized', "This needs the admin token of this launch, which the hub's data directory has."),
    );
  });
  routes.post('/api/connect-news', async ({ req }) => {
    const asked = await smallJson(req.raw, { schema: newsSchema, mostBytes: MOST_BYTES, form: NEWS_FORM });
    if (asked instanceof HubError) return refusalResponse(asked);
    const text = await connectNews(hub, newsFor, asked);
    return Response.json(text === undefined ? {} : { text }, { headers: { 'Cache-Control': 'no-store' } });
  });
  routes.post('/api/connect-key', async ({ req }) => {
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
