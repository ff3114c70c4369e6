import type { Files } from '../../hub/files/files.ts';
import type { Uploads } from '../../hub/uploads/uploads.ts';
import type { Hub } from '../../hub/hub.ts';
import { reachWorkspace } from '../../hub/access/reach.ts';
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
 * thrown on.
 */
export async function refusal(hub: Hub, thrown: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const error: unknown = await hub.refuse(thrown).catch((late: unknown) => late);
  if (!(error instanceof HubError)) throw error;
  return refusalResponse(error, headers);
}

/** The workspace that a request names; what an agent is refused is logged. @throws HubError */
export function workspaceFor(hub: Hub, origin: Origin, idOrName: string | undefined, what: string): WorkspaceState {
  return reachWorkspace(hub, { origin, what }, idOrName, 'viewer');
}
