import type { ReactNode } from 'react';
import type { HubApi } from '../../../protocol/api.ts';
import type { HubEvent } from '../../../protocol/events.ts';
import { refusalWords } from '../../../protocol/words/refusal-words.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Section } from '../../ui/panel.tsx';
import { TextButton } from '../../ui/text-button.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './inspector.module.css';
import { refusalMessage } from './refusal-message.ts';

/** The answer that an agent got when it was refused (by a lock only as long as its reply is kept), and the role that it has. */
export function RefusalDetails({ event }: { event: HubEvent }): ReactNode {
  return isRefusal(event) ? <WhyRefused event={event} /> : null;
}

type RefusalEvent = Extract<HubEvent, { type: 'access.denied' | 'tool.called' | 'lock.refused' }>;

function isRefusal(event: HubEvent): event is RefusalEvent {
  return (
    event.type === 'access.denied' ||
    event.type === 'lock.refused' ||
    (event.type === 'tool.called' && event.outcome !== 'ok')
  );
}

function WhyRefused({ event }: { event: RefusalEvent }): ReactNode {
  const { seq } = event;
  const load = useLoad(`refusal ${seq}`, (hub) => answerTo(hub, event));
  const code = event.type === 'tool.called' ? event.outcome : event.code;
  return (
    <Section title="Why">
      {load.status === 'ready' && load.data !== undefined && (
        <p className={styles.note}>
          The answer was: <q>{load.data}</q>
        </p>
      )}
      {load.status !== 'loading' && load.data === undefined && (
        <p className={styles.note}>
          {load.status === 'failed' ? 'The answer cannot be read now' : 'The answer is no longer kept'}; the reason:{' '}
          {code === 'ok' ? 'none' : refusalWords(code)}.
        </p>
      )}
      {code === 'forbidden' && event.actor.kind === 'agent' && event.workspace !== undefined && (
        <RoleNow keyId={event.actor.key} workspaceId={event.workspace} />
      )}
    </Section>
  );
}

/** What the log has of the refusal, else the message of the reply to the request that led to the event; undefined where that is not kept, or gives none. */
async function answerTo(hub: HubApi, event: RefusalEvent): Promise<string | undefined> {
  if ('message' in event && event.message !== undefined) return event.message; // the log has it for good
  const { seq } = event;
  const { frame } = await hub.causes({ seq });
  if (!frame) return undefined;
  const { reply } = await hub.frame({ frameId: frame.id });
  return reply === undefined ? undefined : refusalMessage((await hub.frame({ frameId: reply })).body);
}

/** The role may have changed since. */
function RoleNow({ keyId, workspaceId }: { keyId: string; workspaceId: string }): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const select = useUi((ui) => ui.select);
  const workspace = workspaces.get(workspaceId);
  if (!workspace) return null;
  const role = workspace.roles[keyId];
  return (
    <p className={styles.note}>
      <AgentChip agent={keyId} /> {role === undefined ? 'has no role in ' : `is ${role} of `}
      {workspaceLabel(workspace, workspaces.values())} now.{' '}
      <TextButton onClick={() => select({ kind: 'key', keyId })}>Change its role</TextButton>
    </p>
  );
}
