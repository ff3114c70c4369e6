import { negotiate, statelessVersion } from '../server/mcp/rpc/protocol-versions.ts';
import { serverCapabilities, serverInfo, serverInstructions } from '../server/mcp/requests/server-info.ts';
import type { LastKnown } from './last-known.ts';
import { statelessVersionOf, type RpcPart } from './rpc-message.ts';

const SERVER_INFO_META = 'io.modelcontextprotocol/serverInfo';

/** Lists by their methods: the name of the list in a result. */
const LISTS: Readonly<Record<string, string>> = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
};

/**
 * The result of a request while the hub is away: what it answered last, or what every hub of this version says; lists
 * that were never seen are empty, as the client is notified of what comes. Undefined for what only the hub can answer.
 */
export async function standIn(known: LastKnown, request: RpcPart, stateless: boolean): Promise<object | undefined> {
  const { method = '' } = request;
  if (stateless && statelessVersionOf(request) !== statelessVersion) return undefined; // of a revision to come
  const kept = await known.answerTo(request, stateless);
  if (method === 'initialize') {
    return {
      capabilities: serverCapabilities,
      serverInfo,
      instructions: serverInstructions,
      ...kept,
      protocolVersion: negotiate(request.params?.['protocolVersion']),
    };
  }
  if (kept) return kept;
  const fresh = { resultType: 'complete', ttlMs: 0, cacheScope: 'private', _meta: { [SERVER_INFO_META]: serverInfo } };
  if (method === 'server/discover') {
    return {
      supportedVersions: [statelessVersion],
      capabilities: serverCapabilities,
      instructions: serverInstructions,
      ...fresh,
    };
  }
  const list = request.params?.['cursor'] === undefined ? LISTS[method] : undefined;
  return list === undefined ? undefined : { [list]: [], ...(stateless ? fresh : {}) };
}
