import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Files } from '../../hub/files/files.ts';
import type { Uploads } from '../../hub/uploads/uploads.ts';
import type { Hub } from '../../hub/hub.ts';
import { type Attempt, reachWorkspace } from '../../hub/access/reach.ts';
import type { Origin } from '../../hub/rule.ts';
import { HubError } from '../../protocol/errors.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { refusalResponse } from '../http/refusals.ts';

/** What the routes of files stand on. */
export interface FileRouteDeps {
  readonly hub: Hub;
  readonly files: Files;
  readonly uploads: Uploads;
  /**
   * Who sends a request: an agent by its key, or the person by the dashboard's token or cookie. `http` is the request
   * with its answer as Node has them; the desktop's own window has none.
   */
  readonly identify: (request: Request, http: HttpBindings | undefined) => Origin | HubError;
  /**
   * Checks that an agent's key was given the tool that does the same: a policy of tools holds here too.
   * @throws HubError `forbidden`
   */
  readonly requireTool: (attempt: Attempt, tool: 'file_read' | 'upload_create') => void;
}

/** The request and its answer as Node's server has them; undefined where it did not come over HTTP. */
export function httpOf({ env }: Context): HttpBindings | undefined {
  const { incoming, outgoing } = (env ?? {}) as Partial<HttpBindings>; // what the listener of createRoutes passes
  return incoming && outgoing && { incoming, outgoing };
}

/**
 * The HTTP answer that says the same as a thrown error, when all that it may tell of is on disk; a bug is
 * thrown on.
 */
export async function refusalAnswer(
  hub: Hub,
  thrown: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const error: unknown = await hub.refuse(thrown).catch((late: unknown) => late);
  if (!(error instanceof HubError)) throw error;
  return refusalResponse(error, headers);
}

/** The workspace that a request names; what an agent is refused is logged. @throws HubError */
export function workspaceFor(hub: Hub, origin: Origin, idOrName: string | undefined, what: string): WorkspaceState {
  return reachWorkspace(hub, { origin, what }, idOrName, 'viewer');
}
