import type { Hub } from '../../hub/hub.ts';
import { resolveWorkspace } from '../../hub/permission.ts';
import { HubError } from '../../protocol/errors.ts';
import { PERSON } from '../../hub/rule.ts';

/** The id of a workspace given by id or name; throws `not_found`. */
export function workspaceOf(hub: Hub, idOrName: string): string {
  const found = resolveWorkspace(hub.state, PERSON.actor, idOrName);
  if (found instanceof HubError) throw found;
  return found.id;
}
