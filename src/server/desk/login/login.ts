import { Hono } from 'hono';
import { z } from 'zod';
import { HubError, messageOf } from '../../../protocol/errors.ts';
import type { PersonAuth } from './person.ts';
import { smallJson } from '../../http/json-body.ts';
import { refusalResponse } from '../../http/refusals.ts';

const MOST_BYTES = 4_096;
const loginSchema = z.object({ token: z.string().min(1).max(1_000) });

/**
 * `POST /api/login {token}` answers 204 and the cookie. `GET /api/whoami` answers 204 to who has it, with a
 * fresh one (a browser asks here why its WebSocket was refused, and to stay logged in), `POST /api/logout`
 * takes it away, and `POST /api/logout-all` takes it from every browser. Bodies must be JSON, which a form of
 * another site cannot send; the guard has refused other sites' pages before.
 *
 * @param onLogoutAll called when all cookies were made invalid
 */
export function loginRoutes(person: PersonAuth, onLogoutAll: () => void): Hono {
  const routes = new Hono();
  routes.post('/api/login', async (context) => {
    const given = await smallJson(context.req.raw, {
      schema: loginSchema,
      mostBytes: MOST_BYTES,
      form: '{"token": "…"}',
    });
    if (given instanceof HubError) return refusalResponse(given);
    const cookie = person.login(given.token, context.req.raw.headers);
    if (cookie === undefined) {
      return refusalResponse(
        new HubError(
          'unauthorized',
          'This token is not of this launch of the hub; open the link that it printed when it started.',
        ),
      );
    }
    return done(cookie);
  });
  routes.get('/api/whoami', ({ req }) =>
    person.identify(req.raw.headers) ? done(person.renew(req.raw.headers)) : refusalResponse(nobody()),
  );
  routes.post('/api/logout', ({ req }) => done(person.logout(req.raw.headers)));
  routes.post('/api/logout-all', ({ req }) => {
    if (!person.identify(req.raw.headers)) return refusalResponse(nobody());
    try {
      person.logoutAll();
    } catch (error) {
      const why = messageOf(error);
      return refusalResponse(
        new HubError('storage_failed', `Nobody was signed out: the disk refuses a new secret (${why}).`),
      );
    }
    onLogoutAll();
    return done(person.logout(req.raw.headers));
  });
  return routes;
}

/** Without content, and with a cookie where one is to be set. */
function done(cookie: string | undefined): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  if (cookie !== undefined) headers.set('Set-Cookie', cookie);
  return new Response(null, { status: 204, headers });
}

function nobody(): HubError {
  return new HubError('unauthorized', 'Nobody is logged in here; open the link that the hub printed.');
}
