import { ActionIcon } from '@mantine/core';
import { X } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { WorkspaceState } from '../../protocol/state.ts';
import { useServer } from '../dashboard-context.tsx';
import type { ServerSlice } from '../server-slice.ts';
import { remembered } from '../remembered.ts';
import { AgentChip } from '../ui/agent-chip.tsx';
import { CodeBlock } from '../ui/mono.tsx';
import { useServerCalmly } from '../ui/use-server-calmly.ts';
import styles from './connect.module.css';
import { onlyAgent } from './only-agent.ts';

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;

/** What to say to an agent that has just connected: a model does nothing by itself. */
export function TellAgent({ workspace }: { workspace: string }): ReactNode {
  return (
    <div className={styles.tell}>
      <span>Now tell it what to do, and drop a file on this window:</span>
      <CodeBlock text={wordsForAgent(workspace)} label="What to tell the agent" />
    </div>
  );
}

/** The same above the board, for the first agent of a person's own, until it is dismissed. */
export function TellCard({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const sessions = useServerCalmly(sessionsOf);
  const keys = useServer((server) => server.keys);
  const logId = useServer(({ hub }) => hub?.logId ?? '');
  const memory = useMemo(() => remembered('told-agent', () => window.localStorage), []);
  const [dismissedIn, setDismissedIn] = useState(() => memory.get());
  const { roles } = workspace;
  const agent = useMemo(() => onlyAgent(sessions, keys, { roles }), [sessions, keys, roles]);
  if (agent === undefined || dismissedIn === logId) return null;
  const dismiss = (): void => {
    memory.set(logId);
    setDismissedIn(logId);
  };
  return (
    <section className={styles.tellCard} aria-label="What to tell the agent">
      <div className={styles.tell}>
        <div className={styles.here}>
          <AgentChip agent={agent} /> has connected. Now tell it what to do, and drop a file on this window:
        </div>
        <CodeBlock text={wordsForAgent(workspace.name)} label="What to tell the agent" />
      </div>
      <ActionIcon size={22} aria-label="Dismiss" onClick={dismiss}>
        <X size={13} />
      </ActionIcon>
    </section>
  );
}

function wordsForAgent(workspace: string): string {
  return `Use signalbox: call whoami, then event_wait for new files in the workspace "${workspace}", and tell me what is in each.`;
}
