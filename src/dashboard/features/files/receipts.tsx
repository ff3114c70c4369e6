import { Radio } from 'lucide-react';
import type { ReactNode } from 'react';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { useTouched } from '../../ui/use-touched.ts';
import { folded, summarize } from '../../receipts/receipt-steps.ts';
import { touchesFile } from '../../receipts/touches-file.ts';
import { FoldedReceipts } from './folded-receipts.tsx';
import { Receipt } from './receipt.tsx';
import styles from './receipts.module.css';

export interface ReceiptsProps {
  readonly workspace: string;
  readonly fileId: string;
  readonly path: string;
  readonly version: number;
  /** When the version was written, ms since the epoch; all times here are relative to it. */
  readonly writtenAt: number;
}

/** The agents that were notified of a version, those that received that, and their reactions; live. */
export function Receipts({ workspace, fileId, path, version, writtenAt }: ReceiptsProps): ReactNode {
  const touched = useTouched((event) => touchesFile(event, workspace, fileId, path));
  const { status, data, ...rest } = useLoad(
    `receipts ${fileId} ${version}`,
    (hub) => hub.fileReceipts({ fileId, version }),
    touched,
  );
  if (status === 'loading') return <PageLoader label="Loading receipts" />;
  if (status === 'failed' && 'error' in rest) {
    return rest.error.code === 'gone' ? (
      <EmptyState icon={<Radio size={20} />} title="Receipts are no longer kept">
        {rest.error.message} What agents did with the file is in the audit.
      </EmptyState>
    ) : (
      <ErrorState error={rest.error} onRetry={rest.reload} />
    );
  }
  if (!data || data.length === 0) {
    return (
      <EmptyState icon={<Radio size={20} />} title="No agent heard of this version">
        Agents that watch the workspace when a version is written are notified of it. What they do about it until the
        next version shows up here. Who was notified is known until the hub is started again.
      </EmptyState>
    );
  }
  const { notified, received, reacted } = summarize(data);
  const { shown, quiet, waiting } = folded(data);
  return (
    <>
      <dl className={styles.summary} aria-label="Receipts in short">
        <Figure name="notified" of={notified} count={notified} />
        <Figure name="received" of={notified} count={received} />
        <Figure name="reacted" of={notified} count={reacted} />
      </dl>
      <ul className={styles.receipts} aria-label="Receipts">
        {shown.map((receipt) => (
          <Receipt key={receipt.sessionId} receipt={receipt} writtenAt={writtenAt} />
        ))}
      </ul>
      <FoldedReceipts receipts={quiet} words="notified and did not react so far" writtenAt={writtenAt} />
      <FoldedReceipts
        receipts={waiting}
        words="notified and did not take it so far"
        tone="waiting"
        writtenAt={writtenAt}
      />
    </>
  );
}

function Figure({ name, count, of }: { name: string; count: number; of: number }): ReactNode {
  return (
    <div data-all={(count > 0 && count >= of) || undefined}>
      <dd>
        {count}
        <small>/{of}</small>
      </dd>
      <dt>{name}</dt>
    </div>
  );
}
