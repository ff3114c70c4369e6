import { Handshake } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Recorded } from '../../../../protocol/handshake/load.ts';
import type { Diagram } from '../../../../protocol/handshake/model.ts';
import type { PastSession } from '../../../../protocol/records.ts';
import type { RefusedConnection } from '../../../../protocol/refused-connection.ts';
import type { SessionState } from '../../../../protocol/state.ts';
import { formatCount, formatDuration } from '../../../../protocol/words/units.ts';
import { useServer } from '../../../dashboard-context.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { EmptyState, ErrorState, PageLoader } from '../../../ui/states.tsx';
import { Drawing } from './drawing.tsx';
import { DiagramExportMenu } from './diagram-export-menu.tsx';
import { HandshakeFactsTable } from './diagram-facts.tsx';
import { Findings } from './findings.tsx';
import styles from './diagram.module.css';
import { useAttemptDiagram, useRecording, useSessionDiagram } from './use-diagram.ts';

/** Rows behind those of the handshake, and how many more are drawn each time that one asks. */
const ROWS = 200;
const MOST_ROWS = 2_000;

interface SessionHandshakeProps {
  readonly session: SessionState | PastSession;
  readonly isOpen: boolean;
}

/** The handshake of a session as a sequence diagram, and how it went on. */
export function SessionHandshake(props: SessionHandshakeProps): ReactNode {
  const { shown, reload } = useRecording(props.session.id);
  switch (shown.status) {
    case 'loading':
      return <PageLoader label="Fetching what was recorded" />;
    case 'failed':
      return <ErrorState error={shown.error} onRetry={reload} />;
    case 'ready':
      return <SessionDiagram {...props} recorded={shown.recorded} />;
    default:
      return shown satisfies never;
  }
}

function SessionDiagram({
  session,
  isOpen,
  recorded,
}: SessionHandshakeProps & { readonly recorded: Recorded }): ReactNode {
  const [most, setMost] = useState(ROWS);
  const diagram = useSessionDiagram(recorded, { session, isOpen, most });
  return (
    <ShownHandshake
      diagram={diagram}
      name={session.id}
      onMore={() => setMost((rows) => Math.min(rows + ROWS, MOST_ROWS))}
    />
  );
}

/** What a client tried that was refused, as a sequence diagram. */
export function AttemptHandshake({ refused }: { readonly refused: RefusedConnection }): ReactNode {
  const load = useAttemptDiagram(refused);
  return (
    <Loaded load={load}>
      {(diagram) => <ShownHandshake diagram={diagram} name="refused" onMore={() => undefined} />}
    </Loaded>
  );
}

interface ShownProps {
  readonly diagram: Diagram;
  /** Of the files that it is saved as. */
  readonly name: string;
  readonly onMore: () => void;
}

function ShownHandshake({ diagram, name, onMore }: ShownProps): ReactNode {
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  const [pointedAt, setPointedAt] = useState<string>();
  if (diagram.rows.length === 0) {
    return (
      <EmptyState icon={<Handshake size={22} />} title="The frames of this connection are no longer kept">
        Recordings are kept for some days and up to a size; both can be changed in Settings. What it led to stays in the
        audit.
      </EmptyState>
    );
  }
  return (
    <div className={styles.view}>
      <div className={styles.tools}>
        <span role="status">{summary(diagram)}</span>
        <DiagramExportMenu diagram={diagram} name={name} url={url} />
      </div>
      <HandshakeFactsTable facts={diagram.facts} />
      <Findings diagram={diagram} url={url} onPoint={setPointedAt} />
      <Drawing diagram={diagram} pointedAt={pointedAt} onMore={onMore} />
    </div>
  );
}

/** `Handshake complete in 34 ms. Nothing deviates.` */
function summary({ facts: { tookMs }, findings }: Diagram): string {
  const done =
    tookMs === undefined ? 'The handshake is not complete.' : `Handshake complete in ${formatDuration(tookMs)}.`;
  if (findings.length === 0) return `${done} Nothing deviates.`;
  return `${done} ${findings.length === 1 ? 'One thing deviates' : `${formatCount(findings.length)} things deviate`}:`;
}
