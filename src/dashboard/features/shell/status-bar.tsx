import { ActionIcon, Tooltip } from '@mantine/core';
import { CircleQuestionMark, Search } from 'lucide-react';
import { memo, useMemo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { palette } from '../../palette-store.ts';
import { presenceIn, presenceUnit } from '../../presence.ts';
import { isUpToDate, type ServerSlice } from '../../server-slice.ts';
import { StatusDot } from '../../ui/badge.tsx';
import { commandKey } from '../../ui/command-key.ts';
import { CopyButton, Mono } from '../../ui/mono.tsx';
import { useNow } from '../../ui/times.tsx';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { useSilent } from '../../ui/use-silent.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { AlertsPart } from './alerts-part.tsx';
import { connectionWords } from './connection-words.ts';
import styles from './status-bar.module.css';
import { ThemeMenu } from './theme-menu.tsx';
import { TrafficLine } from './traffic-line.tsx';

/** The line at the bottom: connection, address for agents, activity. */
export function StatusBar(): ReactNode {
  return (
    <footer className={styles.bar} aria-label="Status">
      <ConnectionPart />
      <AddressPart />
      <Figures />
      <TrafficLine />
      <StoragePart />
      <UploadsPart />
      <span className={styles.gap} />
      <AlertsPart />
      <ToolsPart />
    </footer>
  );
}

function ConnectionPart(): ReactNode {
  const connection = useServer((server) => server.connection);
  useNow(1_000);
  const { tone, text } = connectionWords(connection, Date.now());
  return (
    <span className={styles.part} role="status">
      <StatusDot tone={tone} label="" hollow={!isUpToDate(connection)} />
      {connection.status === 'live' && connection.quietSince !== undefined ? 'No answer' : text.split(',')[0]}
    </span>
  );
}

function AddressPart(): ReactNode {
  const url = useServer(({ hub }) => hub?.url);
  if (url === undefined) return null;
  return (
    <span className={styles.part} data-rank="1">
      <Mono>{url.replace(/^https?:\/\//u, '')}</Mono>
      <CopyButton text={url} label="Copy the hub’s address" size={20} />
    </span>
  );
}

const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;

function Figures(): ReactNode {
  const sessions = useServerCalmly(sessionsOf);
  const isSilent = useSilent();
  const presence = useMemo(() => presenceIn(sessions.values(), isSilent), [sessions, isSilent]);
  const frames = useServer(({ hubPulse }) => Math.round(hubPulse?.framesPerSecond ?? 0));
  const events = useServer(({ hubPulse }) => Math.round(hubPulse?.eventsPerSecond ?? 0));
  const seq = useServer((server) => server.seq);
  return (
    <>
      <Figure
        value={formatCount(presence.live)}
        unit={presenceUnit(presence, formatCount)}
        rank={2}
        title="Agents that are connected, in all workspaces; those with nothing open may be thinking or gone, and those whose connection is lost may come back"
      />
      <Figure
        value={formatCount(frames)}
        unit="frames/s"
        rank={2}
        title="HTTP exchanges, SSE events and messages in the last second"
      />
      <Figure value={formatCount(events)} unit="events/s" rank={3} title="Entries of the log in the last second" />
      <Figure value={formatCount(seq)} unit="seq" rank={3} title="Number of the log’s last event" />
    </>
  );
}

/** `rank`: figures of the highest are left out first where there is no room. */
const Figure = memo(function Figure(props: { value: string; unit: string; rank: 2 | 3; title: string }): ReactNode {
  const { value, unit, rank, title } = props;
  return (
    <span className={styles.part} data-rank={rank} title={title}>
      <Mono>{value}</Mono> {unit}
    </span>
  );
});

function StoragePart(): ReactNode {
  const storage = useServer(({ hubPulse }) => hubPulse?.storage);
  if (storage?.status === 'ok' && storage.contents !== undefined) {
    return (
      <span className={`${styles.part} ${styles.problem}`} role="alert" title={storage.contents}>
        <StatusDot tone="refused" label="" />
        <span className={styles.refused}>The disk takes no files: small ones stay in the log. {storage.contents}</span>
      </span>
    );
  }
  if (storage?.status !== 'failed') return null;
  return (
    <span className={`${styles.part} ${styles.problem}`} role="alert" title={storage.message}>
      <StatusDot tone="refused" label="" />
      <span className={styles.refused}>Storage failed: read only. {storage.message}</span>
    </span>
  );
}

function UploadsPart(): ReactNode {
  const { uploads } = useDashboard();
  const text = useStore(uploads.store, ({ items }) => {
    const busy = items.filter(({ status }) => status === 'waiting' || status === 'sending');
    if (busy.length === 0) return undefined;
    const total = busy.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const sent = busy.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
    const percent = total === 0 ? 0 : Math.floor((sent / total) * 100);
    return `Uploading ${busy.length === 1 ? 'a file' : `${busy.length} files`}, ${percent}%`;
  });
  return text === undefined ? null : <span className={styles.part}>{text}</span>;
}

function ToolsPart(): ReactNode {
  const setHelpOpen = useUi((ui) => ui.setHelpOpen);
  return (
    <span className={styles.tools}>
      <button type="button" className={styles.palette} aria-label="Find anything" onClick={palette.open}>
        <Search size={12} aria-hidden /> <span className={styles.paletteWords}>Find anything</span>{' '}
        <kbd>{commandKey() === '⌘' ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <ThemeMenu />
      <Tooltip label="Keyboard (?)">
        <ActionIcon size={20} aria-label="Keyboard shortcuts" onClick={() => setHelpOpen(true)}>
          <CircleQuestionMark size={14} />
        </ActionIcon>
      </Tooltip>
    </span>
  );
}
