import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { deviationOf, type DeviationCode } from '../../../../protocol/handshake/deviations.ts';
import type { Diagram } from '../../../../protocol/handshake/model.ts';
import { formatCount } from '../../../../protocol/words/units.ts';
import styles from './diagram.module.css';

interface FindingsProps {
  readonly diagram: Diagram;
  readonly url: string;
  /** Shows the row of a finding. */
  readonly onPoint: (rowId: string) => void;
}

/** What the doctor says: what deviates, from which rule, why most likely, and what mends it. Equal ones are one entry. */
export function Findings({ diagram: { findings }, url, onPoint }: FindingsProps): ReactNode {
  if (findings.length === 0) return null;
  const byCode = new Map<DeviationCode, string[]>();
  for (const { code, rowId } of findings) byCode.set(code, [...(byCode.get(code) ?? []), rowId]);
  return (
    <ul className={styles.findings} aria-label="What deviates">
      {[...byCode].map(([code, rowIds]) => {
        const { title, rule, cause, fix } = deviationOf(code);
        return (
          <li key={code}>
            <button type="button" className={styles.finding} onClick={() => onPoint(rowIds.at(-1) ?? '')}>
              <TriangleAlert size={14} aria-hidden />
              <span>
                <span>
                  <strong>{title}</strong>
                  {rowIds.length > 1 && ` × ${formatCount(rowIds.length)}`}. {cause}
                </span>
                <span>
                  <em>What to do:</em> {fix(url)}
                </span>
                <span>{rule}</span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
