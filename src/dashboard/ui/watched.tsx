import type { ReactNode } from 'react';
import { watchedWords } from '../../protocol/words/watched-words.ts';
import { workspaceLabel } from '../../protocol/words/workspace-label.ts';
import { useServer } from '../dashboard-context.tsx';

/** A resource that an agent watches, in words; its URI is in the title. */
export function Watched({ uri }: { uri: string }): ReactNode {
  const words = useServer(({ workspaces }) =>
    watchedWords(uri, (named) => {
      const found = workspaces.get(named) ?? workspaces.values().find(({ name }) => name === named);
      return found && workspaceLabel(found, workspaces.values());
    }),
  );
  return <span title={uri}>{words}</span>;
}
