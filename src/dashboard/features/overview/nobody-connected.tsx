import { Button } from '@mantine/core';
import { Play, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkspaceState } from '../../../protocol/state.ts';
import { ConnectGuide, SafetyNote } from '../../connecting/connect-guide.tsx';
import { useServer } from '../../dashboard-context.tsx';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './overview.module.css';

export interface NobodyConnectedProps {
  readonly workspace: WorkspaceState;
  /** Connected agents of other workspaces. */
  readonly elsewhere: number;
}

/** The empty board: how to connect an agent, and a button for the sample agents. */
export function NobodyConnected({ workspace, elsewhere }: NobodyConnectedProps): ReactNode {
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  return (
    <div className={styles.nobody}>
      <div className={styles.nobodyInner}>
        <header>
          <h2>{elsewhere === 0 ? 'No agent is connected' : `No agent of ${workspace.name} is connected`}</h2>
          <p>
            Agents speak MCP to <Mono>{url}</Mono> <CopyButton text={url} label="Copy the hub’s address" size={20} />
          </p>
          <SafetyNote />
        </header>
        <ConnectGuide workspace={workspace} />
        <StartSampleAgents workspace={workspace.id} />
      </div>
    </div>
  );
}

/** Three scripted agents, one on each wire, as a demonstration. */
function StartSampleAgents({ workspace }: { workspace: string }): ReactNode {
  const canRun = useServer(({ hub }) => hub?.sampleAgents === true);
  const running = useLoad('sample agents', (hub) => hub.sampleAgentsRunning());
  const start = useAction((hub) => hub.sampleAgentsStart({ workspace }));
  const stop = useAction((hub) => hub.sampleAgentsStop());
  if (!canRun) return null;
  const isRunning = running.status === 'ready' && running.data;
  const toggle = async (): Promise<void> => {
    await (isRunning ? stop.run() : start.run());
    running.reload();
  };
  return (
    <div className={styles.samples}>
      <div>
        <strong>Or watch three sample agents first</strong>
        <p>They run on this computer. Drop a file: they read it, contend for a lock and write a report.</p>
      </div>
      <Button
        leftSection={isRunning ? <Square size={12} /> : <Play size={12} />}
        loading={start.isPending || stop.isPending}
        onClick={() => void toggle()}
      >
        {isRunning ? 'Stop the sample agents' : 'Start the sample agents'}
      </Button>
    </div>
  );
}
