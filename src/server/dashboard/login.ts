import { Hono } from 'hono';
import { z } from 'zod';
import { HubError } from '../../protocol/errors.ts';
import type { PersonAuth } from './person.ts';
import { refused } from './refused.ts';

const MOST_BYTES = 4_096;
const loginSchema = z.object({ token: z.string().min(1).max(1_000) });

/**
 * `POST /api/login {token}` answers 204 and the cookie, `GET /api/whoami` 204 to who has it (a browser asks here
 * why its WebSocket was refused), and
 * `POST /api/logout` takes it away. Bodies must be JSON, which a form of another site cannot send.
 */
export function loginRoutes(person: PersonAuth): Hono {
  const routes = new Hono();
  routes.post('/api/login', async (context) => {
    const token = await tokenIn(context.req.raw);
    if (token instanceof HubError) return refused(token);
    const cookie = person.login(token);
    if (cookie === undefined) {
      return refused(
        new HubError(
          'unauthorized',
          'This token is not of this launch of the hub; open the link that it printed when it started.',
        ),
      );
    }
    return new Response(null, { status: 204, headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } });
  });
  routes.get('/api/whoami', (context) =>
    person.identify(context.req.raw.headers)
      ? new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } })
      : refused(new HubError('unauthorized', 'Nobody is logged in here; open the link that the hub printed.')),
  );
  routes.post(
    '/api/logout',
    () => new Response(null, { status: 204, headers: { 'Set-Cookie': person.logout(), 'Cache-Control': 'no-store' } }),
  );
  return routes;
}

async function tokenIn(request: Request): Promise<string | HubError> {
  if (!/^application\/json\s*(?:;|$)/iu.test(request.headers.get('content-type') ?? '')) {
    return new HubError('unsupported_media_type', 'Send the token as JSON: {"token": "…"}.');
  }
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) return tooLarge();
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) return tooLarge();
  }
  try {
    return loginSchema.parse(JSON.parse(text)).token;
  } catch {
    return new HubError('bad_request', 'The body is not of the form {"token": "…"}.');
  }
}

function tooLarge(): HubError {
  return new HubError('too_large', `A login may have at most ${MOST_BYTES} bytes.`);
}
