import { Pencil } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { agentId, idOfAgent } from '../../../protocol/agent-id.ts';
import type { KeyState, KnownAgent } from '../../../protocol/state.ts';
import { useServer } from '../../dashboard-context.tsx';
import { agentColor } from '../../theme/agent-hues.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { StatusDot } from '../../ui/badge.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { NameInput } from '../../ui/name-input.tsx';
import { nameProblems } from '../../ui/name-problems.ts';
import { Section } from '../../ui/panel.tsx';
import { HealthDot } from '../../ui/session-health.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './keys.module.css';

/** The agents of a key, the last one first: whether each is there, and what it is called. */
export function KeyAgents({ of: key }: { of: KeyState }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const [renamed, setRenamed] = useState<KnownAgent>();
  const own = useMemo(
    () =>
      Map.groupBy(
        [...sessions.values()].filter(({ keyId }) => keyId === key.id),
        idOfAgent,
      ),
    [sessions, key.id],
  );
  const { agents = [] } = key;
  if (agents.length === 0) return null;
  return (
    <Section title={agents.length === 1 ? 'Agent' : `Agents (${agents.length})`}>
      <ul className={styles.lines}>
        {agents.toReversed().map((agent) => {
          const id = agentId(key.id, agent.name);
          const its = own.get(id);
          const title = agent.label ?? agent.name;
          return (
            <li key={agent.name} className={styles.line}>
              {its ? <HealthDot sessions={its} /> : <StatusDot tone={undefined} label="Away" hollow />}
              <span className={styles.lineText} style={{ color: agentColor(id) }} title={title}>
                {title}
              </span>
              {agent.label !== undefined && <span className={styles.dim}>{agent.name}</span>}
              <TextButton onClick={() => setRenamed(agent)}>
                <Pencil size={12} role="img" aria-label={`Rename ${title}`} />
              </TextButton>
            </li>
          );
        })}
      </ul>
      {renamed && <RenameAgentForm keyId={key.id} agent={renamed} onClose={() => setRenamed(undefined)} />}
    </Section>
  );
}

interface RenameAgentProps {
  readonly keyId: string;
  readonly agent: KnownAgent;
  readonly onClose: () => void;
}

/** Asks what an agent is to be called. */
function RenameAgentForm({ keyId, agent, onClose }: RenameAgentProps): ReactNode {
  const [name, setName] = useState(agent.label ?? agent.name);
  const save = useAction(
    (hub) => hub.agentRename({ keyId, agent: agent.name, name: name.trim() }),
    undefined,
    nameProblems,
  );
  return (
    <Dialog opened onClose={onClose} title={`Rename ${agent.label ?? agent.name}`} size="sm">
      <DialogForm
        submitLabel="Rename"
        isReady={name.trim() !== ''}
        isPending={save.isPending}
        onSubmit={() => void save.run().then((isSaved) => isSaved && onClose())}
        onCancel={onClose}
      >
        <NameInput
          description={`Kept for ${agent.name} of this key. Its own name takes it back.`}
          value={name}
          onChange={(to) => {
            setName(to);
            save.forget();
          }}
          error={save.problem}
        />
      </DialogForm>
    </Dialog>
  );
}
