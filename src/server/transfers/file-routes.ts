import type { Files } from '../../hub/files/files.ts';
import type { Uploads } from '../../hub/uploads/uploads.ts';
import type { Hub } from '../../hub/hub.ts';
import { resolveWorkspace, workspaceCalled } from '../../hub/permission.ts';
import type { Origin } from '../../hub/rule.ts';
import { HubError } from '../../protocol/errors.ts';
import type { WorkspaceState } from '../../protocol/state.ts';
import { refusalResponse } from '../http/refusals.ts';

/** What the routes of files stand on. */
export interface FileRouteDeps {
  readonly hub: Hub;
  readonly files: Files;
  readonly uploads: Uploads;
  /** Who sends a request: an agent by its key, or the person by the dashboard's token or cookie. */
  readonly identify: (request: Request) => Origin | HubError | Promise<Origin | HubError>;
}

/**
 * The HTTP answer that says the same as a thrown error, when all that it may tell of is on disk; a bug is
 * thrown on. To an agent outside of its workspaces it says that it is not served further on this connection.
 */
export async function refusal(hub: Hub, thrown: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const error: unknown = await hub.refuse(thrown).catch((late: unknown) => late);
  if (!(error instanceof HubError)) throw error;
  return refusalResponse(error, { ...(error.code === 'forbidden' ? { Connection: 'close' } : {}), ...headers });
}

/**
 * The workspace that a request names. Where an agent asks for one that it was not granted, that is
 * logged, and its connection ends: see {@link refusal}.
 */
export function workspaceFor(hub: Hub, origin: Origin, idOrName: string | undefined, what: string): WorkspaceState {
  const workspace = resolveWorkspace(hub.state, origin.actor, idOrName);
  if (!(workspace instanceof HubError)) return workspace;
  const { actor } = origin;
  if (workspace.code === 'forbidden' && actor.kind === 'agent' && hub.storage.status === 'ok') {
    const asked = idOrName === undefined ? undefined : workspaceCalled(hub.state, idOrName);
    const where = asked === undefined ? {} : { workspace: asked.id };
    hub.record([{ type: 'access.denied', ...where, keyId: actor.key, code: 'forbidden', what }], origin);
  }
  throw workspace;
}
