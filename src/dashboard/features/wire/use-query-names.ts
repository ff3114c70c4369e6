import { useMemo } from 'react';
import type { QueryKey } from '../../../protocol/query/query-keys.ts';
import { agentTitle } from '../../../protocol/words/agent-label.ts';
import { useServer } from '../../dashboard-context.tsx';

/**
 * Names that the hub has now, for completion behind a key of a filter.
 *
 * @param tools that were called; must be stable
 */
export function useQueryNames(tools: () => readonly string[]): (key: QueryKey) => readonly string[] {
  const keys = useServer((server) => server.keys);
  const workspaces = useServer((server) => server.workspaces);
  const sessions = useServer((server) => server.sessions);
  return useMemo(
    () => (key) => {
      switch (key) {
        case 'agent':
        case 'by':
        case 'involving':
          return [...keys.values()].flatMap((one) => (one.agents ?? []).map(({ name }) => agentTitle(one, name)));
        case 'key':
          return [...keys.values()].map(({ name }) => name);
        case 'ws':
          return [...workspaces.values()].map(({ name }) => name);
        case 'session':
          return [...sessions.keys()];
        case 'method':
          return METHODS;
        case 'tool':
          return tools();
        default:
          return [];
      }
    },
    [keys, workspaces, sessions, tools],
  );
}

/** Methods of the protocol that agents use most, and those of HTTP. */
const METHODS = [
  'tools/call',
  'tools/list',
  'initialize',
  'resources/read',
  'resources/subscribe',
  'notifications/resources/updated',
  'notifications/message',
  'ping',
  'GET',
  'POST',
  'DELETE',
] as const;
