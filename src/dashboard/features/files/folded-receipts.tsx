import { idOfAgent } from '../../../protocol/agent-id.ts';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { FileReceipt } from '../../../protocol/records.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { toneColor, type Tone } from '../../ui/tone.ts';
import { Receipt } from './receipt.tsx';
import styles from './receipts.module.css';

const MOST_NAMED = 8;

export interface FoldedReceiptsProps {
  readonly receipts: readonly FileReceipt[];
  /** What they have in common, to follow "42 agents were". */
  readonly words: string;
  readonly tone?: Tone;
  readonly writtenAt: number;
}

/** Many receipts without a reaction, as one line with the agents' names; it can be unfolded. */
export function FoldedReceipts({ receipts, words, tone, writtenAt }: FoldedReceiptsProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  if (receipts.length === 0) return null;
  const agents = [...new Set(receipts.map(idOfAgent))];
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div className={styles.folded}>
      <button type="button" className={styles.fold} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Chevron size={14} aria-hidden />
        <span style={{ color: toneColor(tone) }}>
          {formatCount(agents.length)} {agents.length === 1 ? 'agent was' : 'agents were'} {words}
        </span>
      </button>
      {isOpen ? (
        <ul className={styles.receipts}>
          {receipts.map((receipt) => (
            <Receipt key={receipt.sessionId} receipt={receipt} writtenAt={writtenAt} />
          ))}
        </ul>
      ) : (
        <div className={styles.names}>
          {agents.slice(0, MOST_NAMED).map((agent) => (
            <AgentChip key={agent} agent={agent} />
          ))}
          {agents.length > MOST_NAMED && <span>and {formatCount(agents.length - MOST_NAMED)} more</span>}
        </div>
      )}
    </div>
  );
}
