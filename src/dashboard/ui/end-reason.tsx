import type { ReactNode } from 'react';
import { endClause, endWords } from '../../protocol/words/end-words.ts';
import { workspaceLabel } from '../../protocol/words/workspace-label.ts';
import { useServer } from '../dashboard-context.tsx';

/** Why a session was dropped or closed; workspaces go by their names. `inline`: to follow a colon. */
export function EndReason({ reason, inline = false }: { reason: string; inline?: boolean }): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const words = inline ? endClause(reason) : endWords(reason);
  return words.replaceAll(/wsp_\w+/gu, (id) => {
    const found = workspaces.get(id);
    return found ? workspaceLabel(found, workspaces.values()) : 'a workspace that is gone';
  });
}
