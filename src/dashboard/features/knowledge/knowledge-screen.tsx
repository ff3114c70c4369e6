import { Button, Switch } from '@mantine/core';
import { FolderPlus, Library } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { KnowledgeStatus } from '../../../protocol/knowledge.ts';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { useServer, useUi, useWorkspace } from '../../dashboard-context.tsx';
import { useChanges } from '../../paging/use-changes.ts';
import { ProgressBar } from '../../ui/badge.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { AskPanel } from './ask-panel.tsx';
import { IndexedFiles } from './indexed-files.tsx';
import styles from './knowledge.module.css';
import { Plan } from './plan.tsx';

/** What the files of the selected workspace say: the switch, how far its index is, and a question box. */
export function KnowledgeScreen(): ReactNode {
  const workspace = useWorkspace();
  const isMany = useServer(({ workspaces }) => workspaces.size > 1);
  const isAll = useUi((ui) => ui.isAllWorkspaces) && isMany;
  if (!workspace || isAll) {
    return (
      <Screen toolbar={<Toolbar title="Knowledge" />}>
        <EmptyState
          icon={<FolderPlus size={24} />}
          title={workspace ? 'Choose one workspace' : 'There is no workspace'}
        >
          {workspace
            ? 'Each workspace has an index of its own: choose one at the top of the rail.'
            : 'Create one in Settings: files live in workspaces, and each can be indexed.'}
        </EmptyState>
      </Screen>
    );
  }
  return <OneWorkspace key={workspace.id} workspace={workspace} />;
}

function OneWorkspace({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const { id, intelligence: isOn } = workspace;
  const changed = useChanges('index', id);
  const load = useLoad(`knowledge ${id} ${isOn}`, (hub) => hub.knowledgeStatus({ workspace: id }), changed);
  const [isAsked, setAsked] = useState(false);
  const turn = useAction((hub, on: boolean) => hub.workspaceUpdate({ workspace: id, intelligence: on }));
  const status = load.data;
  return (
    <Screen
      scroll
      toolbar={
        <Toolbar
          title="Knowledge"
          isScoped
          count={status && statusWords(status)}
          actions={
            <Switch
              label={isOn ? 'Indexed' : 'Not indexed'}
              checked={isOn}
              disabled={turn.isPending}
              onChange={({ currentTarget }) => (currentTarget.checked ? void turn.run(true) : setAsked(true))}
            />
          }
        />
      }
    >
      <div className={styles.body}>
        {isOn ? (
          <>
            {status?.state === 'indexing' && <IndexProgress status={status} />}
            <AskPanel workspace={id} />
            <IndexedFiles workspace={id} />
          </>
        ) : (
          <EmptyState
            icon={<Library size={24} />}
            title={`${workspace.name} is not indexed`}
            action={
              <Button loading={turn.isPending} onClick={() => void turn.run(true)}>
                Index this workspace
              </Button>
            }
          >
            <Plan workspace={id} />
          </EmptyState>
        )}
      </div>
      <ConfirmDialog
        isOpen={isAsked}
        title={`Index ${workspace.name} no more`}
        confirm="Delete the index"
        isPending={turn.isPending}
        onClose={() => setAsked(false)}
        onConfirm={() => void turn.run(false).then(() => setAsked(false))}
      >
        <p className={styles.text}>
          The index is deleted, and agents can no longer search this workspace. The files stay as they are; switched on
          again, all of them are read again.
        </p>
      </ConfirmDialog>
    </Screen>
  );
}

function IndexProgress({ status }: { status: KnowledgeStatus }): ReactNode {
  const { queued, ...done } = status.files;
  const read = Object.values(done).reduce((sum, count) => sum + count, 0);
  return (
    <div className={styles.progress} role="status">
      <ProgressBar fraction={read + queued === 0 ? undefined : read / (read + queued)} label="Files that are indexed" />
      <span className={styles.dim}>
        {formatCount(read)} of {formatCount(read + queued)} files are read. What is in the others is not found yet.
        {status.remade !== undefined && ` The index is being made anew: ${status.remade}`}
      </span>
    </div>
  );
}

function statusWords({ state, files, passages, pages }: KnowledgeStatus): string {
  if (state === 'off') return 'off';
  const held = `${formatCount(files.indexed)} files, ${formatCount(passages)} passages${pages > 0 ? `, ${formatCount(pages)} pages` : ''}`;
  return `${state}: ${held}`;
}
