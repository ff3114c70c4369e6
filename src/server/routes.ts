import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { deskRoutes, type DeskRoutesOptions } from './desk/desk-routes.ts';
import type { Links } from '../hub/links/links.ts';
import { downloadRoutes } from './contents/downloads.ts';
import type { FileRouteDeps } from './contents/file-routes.ts';
import { linkRoutes } from './contents/link-routes.ts';
import { uploadRoutes } from './contents/upload-routes.ts';

/** Everything over HTTP that is not MCP: uploads, downloads, the dashboard's page and its login. */
export interface Routes {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

export interface RoutesOptions extends FileRouteDeps, DeskRoutesOptions {
  readonly links: Links;
}

/** Loaded when it is first asked for: a framework, and Node's own `fetch` classes, are what a start need not wait for. */
export function createRoutes(options: RoutesOptions): Routes {
  const all = new Hono();
  all.route('/', uploadRoutes(options));
  all.route('/', downloadRoutes(options));
  all.route('/', linkRoutes(options));
  all.route('/', deskRoutes(options));
  const listener = getRequestListener(all.fetch, { overrideGlobalObjects: false });
  return {
    answer: async (request, response) => {
      await listener(request, response);
    },
    fetch: async (request) => all.fetch(request),
  };
}
