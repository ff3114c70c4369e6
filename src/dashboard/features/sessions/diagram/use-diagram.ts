import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { diagramOf } from '../../../../protocol/handshake/diagram.ts';
import { recordedAttempt, type Recorded } from '../../../../protocol/handshake/load.ts';
import type { Diagram, DiagramSource } from '../../../../protocol/handshake/model.ts';
import type { RefusedConnection } from '../../../../protocol/refused-connection.ts';
import type { SessionState } from '../../../../protocol/state.ts';
import { useDashboard, useHub, useServer } from '../../../dashboard-context.tsx';
import { useNow } from '../../../ui/times.tsx';
import { useLoad, type Load } from '../../../ui/use-load.ts';
import { SessionRecording, type RecordingShown } from './session-recording.ts';

/** How often what depends on the time alone is looked at, in ms. */
const LOOK_MS = 5_000;

/** What is recorded of a session, live. */
export function useRecording(sessionId: string): { readonly shown: RecordingShown; readonly reload: () => void } {
  const hub = useHub();
  const { client } = useDashboard();
  const [recording] = useState(() => new SessionRecording(hub, sessionId));
  useEffect(
    () =>
      client.watchTail(
        { sessionId },
        (push) => recording.onPush(push),
        () => void recording.read(),
      ),
    [client, recording, sessionId],
  );
  const shown = useSyncExternalStore(recording.subscribe, recording.current);
  return { shown, reload: () => void recording.read() };
}

/** @param most rows behind those of the handshake */
export function useSessionDiagram(
  recorded: Recorded,
  {
    session,
    isOpen,
    most,
  }: { readonly session: Pick<SessionState, 'keyId' | 'userAgent'>; readonly isOpen: boolean; readonly most: number },
): Diagram {
  const now = useNow(LOOK_MS);
  const common = useCommon();
  const sessions = useServer((server) => server.sessions);
  const { keyId, userAgent } = session;
  const openings = useMemo(
    () =>
      [...sessions.values()]
        .filter((one) => one.keyId === keyId && one.userAgent === userAgent && userAgent !== undefined)
        .map(({ openedAt }) => openedAt)
        .toSorted((a, b) => a - b)
        .join(' '),
    [sessions, keyId, userAgent],
  );
  return useMemo(() => {
    const times = openings === '' ? [] : openings.split(' ').map(Number);
    return diagramOf({ ...recorded, ...common, now, isOpen, openings: times }, { most });
  }, [recorded, common, now, isOpen, openings, most]);
}

/** The diagram of what a client tried that was refused; drawn anew when it tries again. */
export function useAttemptDiagram(refused: RefusedConnection): Load<Diagram> {
  const { frameIds, count, firstAt, lastAt, key } = refused;
  const common = useCommon();
  const { clock } = useDashboard();
  return useLoad(
    `attempt ${refused.id}`,
    async (hub) => {
      const recorded = await recordedAttempt(hub, frameIds);
      const tries = { count, firstAt, lastAt };
      return diagramOf({ ...recorded, ...common, now: clock.now(), isOpen: false, sentKey: key.kind, tries });
    },
    frameIds,
  );
}

function useCommon(): Pick<DiagramSource, 'url' | 'keyName'> {
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  const keys = useServer((server) => server.keys);
  return useMemo(() => ({ url, keyName: (keyId: string) => keys.get(keyId)?.name }), [url, keys]);
}
