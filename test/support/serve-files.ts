import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { Origin } from '../../src/hub/rule.ts';
import { HubError } from '../../src/protocol/errors.ts';
import { authenticateHeader } from '../../src/server/http/auth.ts';
import { requireTool } from '../../src/server/mcp/catalogue/tools/require-tool.ts';
import { downloadRoutes } from '../../src/server/contents/downloads.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';
import { ExchangeTap } from '../../src/server/taps/exchange-tap.ts';
import { uploadRoutes } from '../../src/server/contents/upload-routes.ts';
import type { TestFiles } from './open-files.ts';
import { human } from './open-hub.ts';
import { openTestRecorder } from './recorded.ts';

/** The routes of files on a real server; `Bearer desk` is the person at the desk. */
export interface FileServer extends AsyncDisposable {
  readonly url: string;
  readonly recorder: Recorder;
}

export async function serveFiles(t: TestFiles): Promise<FileServer> {
  const identify = (request: Request): Origin | HubError => {
    const authorization = request.headers.get('authorization') ?? undefined;
    if (authorization === 'Bearer desk') return human;
    const key = authenticateHeader(t.test.hub, authorization);
    return key instanceof HubError ? key : { actor: { kind: 'agent', key: key.id } };
  };
  const app = new Hono();
  const { hub } = t.test;
  const need: Parameters<typeof downloadRoutes>[0]['requireTool'] = (attempt, tool) => requireTool(hub, attempt, tool);
  const { clock } = t.test;
  const recorder = openTestRecorder(hub, clock);
  app.route('/', uploadRoutes({ hub, files: t.files, uploads: t.uploads, identify, requireTool: need }));
  app.route('/', downloadRoutes({ hub, files: t.files, identify, requireTool: need }));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    const tap = new ExchangeTap(recorder, request, response, clock.timers.elapsed);
    void listener(request, Object.assign(response, { tap }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    recorder,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await recorder.close();
    },
  };
}
