import { Button } from '@mantine/core';
import { Play, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { useServer, useWorkspace } from '../../dashboard-context.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { Group } from './group.tsx';
import styles from './settings.module.css';

/** Starts and stops the scripted agents. */
export function SampleAgentSettings(): ReactNode {
  const canRun = useServer(({ hub }) => hub?.sampleAgents === true);
  const workspace = useWorkspace();
  const running = useLoad('sample agents', (hub) => hub.sampleAgentsRunning());
  const start = useAction((hub, id: string) => hub.sampleAgentsStart({ workspace: id }));
  const stop = useAction((hub) => hub.sampleAgentsStop());
  const isRunning = running.data === true;
  return (
    <Group
      title="Sample agents"
      about="Three scripted agents, one on each wire, in the chosen workspace: they extract each new file, contend for a lock on its report and write it."
    >
      {!canRun ? (
        <p className={styles.text}>This hub cannot start them.</p>
      ) : isRunning ? (
        <Button
          leftSection={<Square size={12} />}
          loading={stop.isPending}
          onClick={() => void stop.run().then(running.reload)}
        >
          Stop the sample agents
        </Button>
      ) : (
        <Button
          leftSection={<Play size={12} />}
          loading={start.isPending}
          disabled={!workspace}
          onClick={() => workspace && void start.run(workspace.id).then(running.reload)}
        >
          Start the sample agents
        </Button>
      )}
    </Group>
  );
}
