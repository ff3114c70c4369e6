import type { Hono } from 'hono';
import { nothingAt } from '../http/nothing-at.ts';
import { refusalResponse } from '../http/refusals.ts';
import { connectRoutes, type ConnectRoutesOptions } from './connect-routes.ts';
import { loginRoutes } from './login/login.ts';
import type { PersonAuth } from './login/person.ts';
import { serveAppFile } from './static-app.ts';

export interface DeskRoutesOptions extends Omit<ConnectRoutesOptions, 'person'> {
  readonly person: PersonAuth;
  /** Ends what browsers have open by a cookie. */
  readonly signOut: () => void;
  /** Where the built dashboard lies; without it `/` says that it is not built. */
  readonly dashboardDir: string | undefined;
}

/** `GET /…` of the app, `/api/login`, `/api/logout…` and what `signalbox connect` asks for. Mount it last: it answers for whatever is not there. */
export function deskRoutes({ person, signOut, dashboardDir, ...connect }: DeskRoutesOptions): Hono {
  const routes = loginRoutes(person, signOut);
  routes.route('/', connectRoutes({ person, ...connect }));
  routes.get('*', async (context, next) => (await serveAppFile(dashboardDir, context.req.raw)) ?? next());
  routes.all('*', (context) => refusalResponse(nothingAt(context.req.method, context.req.path)));
  return routes;
}
