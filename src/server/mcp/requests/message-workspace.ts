import { resolveWorkspace } from '../../../hub/permission.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { HubState, KeyState } from '../../../protocol/state.ts';
import { workspaceIn } from '../../../protocol/uris.ts';
import type { RpcMessage } from '../rpc/rpc.ts';
import { isRecord } from '../../../protocol/is-record.ts';

/**
 * Id of the workspace that a message is about: named among the arguments of a tool or in a URI; of a tool that is given
 * none, the only one of the key. `undefined` where the message is about no workspace, or one that the key cannot see.
 */
export function messageWorkspace(
  state: HubState,
  { id }: Pick<KeyState, 'id'>,
  message: RpcMessage,
): string | undefined {
  if (message.kind === 'reply') return undefined;
  const { uri, arguments: given } = message.params;
  const isCall = message.method === 'tools/call';
  if (!isCall && typeof uri !== 'string') return undefined;
  const asked = isCall && isRecord(given) ? (given['workspace'] ?? given['uri']) : uri;
  const named = typeof asked === 'string' ? (workspaceIn(asked) ?? asked) : undefined;
  const found = resolveWorkspace(state, { kind: 'agent', key: id }, named);
  return found instanceof HubError ? undefined : found.id;
}
