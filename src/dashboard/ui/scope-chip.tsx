import { X } from 'lucide-react';
import { useMemo, type ReactNode } from 'react';
import { workspaceLabel } from '../../protocol/words/workspace-label.ts';
import { useScope, useServer, useUi } from '../dashboard-context.tsx';
import styles from './scope-chip.module.css';

/** That the screen covers all workspaces, whichever is chosen; nothing where the hub has only one. */
export function CoversAll(): ReactNode {
  return useServer(({ workspaces }) => workspaces.size > 1) && <AllWorkspaces />;
}

function AllWorkspaces(): ReactNode {
  return <span className={styles.all}>All workspaces</span>;
}

/** What the screen covers, where the hub has several workspaces: one of them, with a way to all, or all. */
export function ScopeChip(): ReactNode {
  const scope = useScope();
  const workspaces = useServer((server) => server.workspaces);
  const showAll = useUi((ui) => ui.chooseAllWorkspaces);
  const label = useMemo(() => {
    const found = scope === undefined ? undefined : workspaces.get(scope);
    return found && workspaceLabel(found, workspaces.values());
  }, [scope, workspaces]);
  if (workspaces.size < 2) return null;
  if (label === undefined) return <AllWorkspaces />;
  return (
    <button
      type="button"
      className={styles.chip}
      title="Show all workspaces"
      aria-label={`Only ${label}: show all workspaces`}
      onClick={showAll}
    >
      <span className={styles.name}>{label}</span>
      <X size={12} aria-hidden />
    </button>
  );
}
