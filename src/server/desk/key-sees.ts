import { authenticate, resolveWorkspace, workspacesOf } from '../../hub/permission.ts';
import type { Actor } from '../../protocol/envelope.ts';
import { HubError } from '../../protocol/errors.ts';
import type { KeySees } from '../../protocol/records.ts';
import type { ToolPolicy } from '../../protocol/tool-policy.ts';
import type { CallDeps } from './deps.ts';

/** Workspaces that are shown of one key, and files of each. */
const MOST_WORKSPACES = 50;
const MOST_FILES = 20;

type KeySeesDeps = Pick<CallDeps, 'hub' | 'files' | 'toolReach' | 'listBytes'>;

/**
 * What a key reaches, asked of what decides its own calls: authentication, the tools' dispatch, the workspaces that it
 * sees, and the list of their files. Nothing is logged, as no agent tried anything.
 *
 * @param tools instead of those that it has, to see what they would give
 * @throws HubError `not_found`
 */
export async function keySees(deps: KeySeesDeps, keyId: string, tools?: ToolPolicy): Promise<KeySees> {
  const { hub, files } = deps;
  const key = hub.state.keys.get(keyId);
  if (!key) throw new HubError('not_found', `There is no key ${keyId}.`, { details: { keyId } });
  const refused = authenticate(hub.state, key.secretSha256, hub.now());
  const seen = tools === undefined ? key : { id: key.id, tools };
  const toolsSeen = deps.toolReach(hub.state, seen);
  const listBytes = deps.listBytes(hub.state, seen);
  const actor: Actor = { kind: 'agent', key: keyId };
  const mine = refused instanceof HubError ? [] : workspacesOf(hub.state, actor);
  const workspaces: KeySees['workspaces'][number][] = [];
  for (const { id } of mine.slice(0, MOST_WORKSPACES)) {
    const found = resolveWorkspace(hub.state, actor, id);
    if (found instanceof HubError) continue; // gone since
    const page = await files.list(id, { limit: MOST_FILES });
    const { name, roles, fileCount } = found;
    const role = roles[keyId];
    if (role !== undefined) {
      workspaces.push({ id, name, role, fileCount, files: page.items.map(({ path }) => path) });
    }
  }
  return {
    ...(refused instanceof HubError ? { refused: refused.message } : {}),
    tools: toolsSeen,
    listBytes,
    workspaces,
    workspaceCount: mine.length,
  };
}
