import { idOfAgent } from '../../../protocol/agent-id.ts';
import { ActionIcon, Button, SegmentedControl } from '@mantine/core';
import { ArrowLeft } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { Traffic } from '../../../protocol/events/sessions.ts';
import type { Frame } from '../../../protocol/frames.ts';
import type { PastSession } from '../../../protocol/records.ts';
import type { SessionState } from '../../../protocol/state.ts';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { StatusDot, WireBadge } from '../../ui/badge.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { EndReason } from '../../ui/end-reason.tsx';
import { Mono } from '../../ui/mono.tsx';
import { EmptyState, PageLoader } from '../../ui/states.tsx';
import { SessionStanding } from '../../ui/session-health.tsx';
import { Elapsed, TimeAgo } from '../../ui/times.tsx';
import { formatCount, formatDuration, formatSize } from '../../../protocol/words/units.ts';
import { selected } from '../../ui-slice.ts';
import { isWideWindow } from '../../wide-window.ts';
import { useAction } from '../../ui/use-action.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { FrameTable } from './frame-table.tsx';
import { SessionHandshake } from './diagram/handshake-view.tsx';
import { HandshakeStrip } from './handshake-strip.tsx';
import styles from './sessions.module.css';
import { useFirstFrames } from './use-first-frames.ts';
import { clientLabel } from '../../../protocol/words/client-label.ts';

/** The page of a session: its handshake, then its frames, live. */
export function SessionView({ sessionId }: { sessionId: string }): ReactNode {
  const { client } = useDashboard();
  const open = useServer(({ sessions }) => sessions.get(sessionId));
  const frames = useServer((server) => server.frames.get(sessionId));
  const [last, setLast] = useState<SessionState>();
  if (open && open !== last) setLast(open); // after it closes, its facts stay on the page
  useEffect(() => client.watchFrames(sessionId), [client, sessionId]);
  useDetails(sessionId);
  const past = usePastSession(open ? undefined : sessionId);
  const session = open ?? past ?? (last?.id === sessionId ? last : undefined);
  const isHandshake = useUi(({ params }) => params['view'] === 'handshake');
  if (!session) {
    return frames === undefined ? (
      <PageLoader />
    ) : (
      <>
        <Head sessionId={sessionId} />
        <EmptyState title="This session is not known">
          It may be older than the list of past sessions reaches.
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <Head sessionId={sessionId} session={session} past={past} isOpen={open !== undefined} />
      {isHandshake ? (
        <SessionHandshake session={session} isOpen={open !== undefined} />
      ) : (
        <>
          <FirstSteps session={session} frames={frames} />
          {frames === undefined ? (
            <PageLoader label="Fetching the messages" />
          ) : (
            <FrameTable frames={frames} isLive={open !== undefined} sessionId={sessionId} openedAt={session.openedAt} />
          )}
        </>
      )}
    </>
  );
}

function FirstSteps(props: {
  readonly session: SessionState | PastSession;
  readonly frames: readonly Frame[] | undefined;
}): ReactNode {
  return <HandshakeStrip session={props.session} frames={useFirstFrames(props.session, props.frames)} />;
}

/** In a wide window its details are beside its messages, unless the inspector shows something else. They go with the page. */
function useDetails(sessionId: string): void {
  const { store } = useDashboard();
  useEffect(() => {
    const { ui } = store.getState();
    if (isWideWindow() && selected(ui) === undefined) ui.select({ kind: 'session', sessionId });
    return () => {
      const { ui: last } = store.getState();
      const shown = selected(last);
      if (isWideWindow() && shown?.kind === 'session' && shown.sessionId === sessionId && !last.isInspectorPinned) {
        last.closeInspector();
      }
    };
  }, [store, sessionId]);
}

/** Looked up among the newest closed sessions: it was open a moment ago, or was chosen from the list. */
function usePastSession(sessionId: string | undefined): PastSession | undefined {
  const load = useLoad(`past ${sessionId ?? ''}`, async (hub) => {
    let cursor: string | undefined;
    for (let page = 0; sessionId !== undefined && page < 5; page += 1) {
      const answer = await hub.pastSessions({ limit: 1_000, cursor });
      const found = answer.items.find(({ id }) => id === sessionId);
      if (found || answer.nextCursor === undefined) return found;
      cursor = answer.nextCursor;
    }
    return undefined;
  });
  return load.status === 'ready' ? load.data : undefined;
}

interface HeadProps {
  readonly sessionId: string;
  readonly session?: SessionState | PastSession;
  readonly past?: PastSession | undefined;
  readonly isOpen?: boolean;
}

function Head({ sessionId, session, past, isOpen = false }: HeadProps): ReactNode {
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const isShown = useUi((ui) => {
    const shown = selected(ui);
    return shown?.kind === 'session' && shown.sessionId === sessionId;
  });
  return (
    <header className={styles.sessionHead}>
      <ActionIcon aria-label="Back to all sessions" onClick={() => go('sessions')}>
        <ArrowLeft size={15} />
      </ActionIcon>
      <h1>{session ? <AgentChip agent={idOfAgent(session)} /> : 'Session'}</h1>
      {session && <WireBadge wire={session.wire} />}
      {session?.client && (
        <span className={styles.client}>
          <Mono dim>{clientLabel(session.client)}</Mono>
        </span>
      )}
      {session && <State session={session} past={past} isOpen={isOpen} />}
      <span className={styles.gap} />
      <TrafficText sessionId={sessionId} traffic={past?.traffic} />
      {session && <ViewChoice sessionId={sessionId} />}
      {!isShown && <Button onClick={() => select({ kind: 'session', sessionId })}>Details</Button>}
      {isOpen && <CloseButton sessionId={sessionId} />}
    </header>
  );
}

/** Its messages as a list, or as a diagram with the handshake. */
function ViewChoice({ sessionId }: { sessionId: string }): ReactNode {
  const go = useUi((ui) => ui.go);
  const view = useUi(({ params }) => (params['view'] === 'handshake' ? 'handshake' : 'messages'));
  return (
    <SegmentedControl<'messages' | 'handshake'>
      aria-label="How the session is shown"
      data={[
        { value: 'messages', label: 'Messages' },
        { value: 'handshake', label: 'Handshake' },
      ]}
      value={view}
      onChange={(value) =>
        go('sessions', value === 'messages' ? { session: sessionId } : { session: sessionId, view: value })
      }
    />
  );
}

function State({
  session,
  past,
  isOpen,
}: {
  session: SessionState | PastSession;
  past: PastSession | undefined;
  isOpen: boolean;
}): ReactNode {
  if (past) {
    return (
      <span className={styles.state}>
        <StatusDot tone={undefined} label="Closed" hollow /> closed <TimeAgo at={past.closedAt} /> after{' '}
        {formatDuration(past.closedAt - past.openedAt)}: <EndReason reason={past.closeReason} />
      </span>
    );
  }
  if (!isOpen || session.status === 'closed') return <span className={styles.state}>closed</span>;
  if (session.status === 'dropped') {
    return (
      <span className={styles.state}>
        <StatusDot tone="waiting" label="Dropped" hollow /> no connection for <Elapsed since={session.since} />
        {session.dropReason !== undefined && (
          <>
            : <EndReason reason={session.dropReason} inline />
          </>
        )}
      </span>
    );
  }
  return (
    <span className={styles.state}>
      <SessionStanding session={session} />
    </span>
  );
}

function TrafficText({ sessionId, traffic }: { sessionId: string; traffic: Traffic | undefined }): ReactNode {
  const pulse = useServer(({ pulses }) => pulses.get(sessionId)?.traffic);
  const known = traffic ?? pulse;
  if (!known) return null;
  const { framesIn, framesOut, bytesIn, bytesOut } = known;
  return (
    <span className={styles.traffic}>
      <Mono dim>{`${formatCount(framesIn)} in, ${formatCount(framesOut)} out, ${formatSize(bytesIn + bytesOut)}`}</Mono>
    </span>
  );
}

function CloseButton({ sessionId }: { sessionId: string }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const close = useAction((hub, reason: string | undefined) => hub.closeSession({ sessionId, reason }));
  const confirm = async (reason: string | undefined): Promise<void> => {
    await close.run(reason);
    setAsking(false);
  };
  return (
    <>
      <Button c="var(--sb-refused)" onClick={() => setAsking(true)}>
        Close session
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title="Close this session?"
        confirm="Close session"
        isPending={close.isPending}
        reasonHint="The log keeps it, and calls under way are answered with it."
        onConfirm={(reason) => void confirm(reason)}
        onClose={() => setAsking(false)}
      >
        The agent’s streams end. Its locks stay until they expire, and it may connect again with its key.
      </ConfirmDialog>
    </>
  );
}
