import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ContentsCheck, DamagedContent } from '../../protocol/records.ts';
import { formatCount, formatSize } from '../../protocol/words/units.ts';
import { useHub } from '../dashboard-context.tsx';
import { Mono } from './mono.tsx';
import { TextButton } from './text-button.tsx';
import { showProblem } from './use-action.tsx';

interface CheckProgress {
  readonly checked: number;
  readonly checkedBytes: number;
  readonly total: number;
  readonly damaged: readonly DamagedContent[];
  readonly isDone: boolean;
}

const NOTHING: CheckProgress = { checked: 0, checkedBytes: 0, total: 0, damaged: [], isDone: false };
/** Damaged contents that are named here; `audit verify --contents` names all. */
const MOST_NAMED = 10;

/** Reads the contents of all files when it is asked to, and says how far it is and what is damaged. */
export function ContentsVerdict(): ReactNode {
  const hub = useHub();
  const [progress, setProgress] = useState<CheckProgress>();
  const isGone = useRef(false);
  useEffect(() => () => void (isGone.current = true), []);

  const read = async (): Promise<void> => {
    let so = NOTHING;
    setProgress(so);
    let cursor: string | undefined;
    do {
      const part: ContentsCheck = await hub.checkContents({ cursor });
      cursor = part.nextCursor;
      so = {
        checked: so.checked + part.checked,
        checkedBytes: so.checkedBytes + part.checkedBytes,
        total: part.total,
        damaged: [...so.damaged, ...part.damaged],
        isDone: cursor === undefined,
      };
      setProgress(so);
    } while (cursor !== undefined && !isGone.current);
  };

  const start = (): void => {
    read().catch((error: unknown) => {
      setProgress(undefined);
      showProblem(error);
    });
  };
  if (!progress) {
    return (
      <p>
        The contents of files were not read. <TextButton onClick={start}>Read them all</TextButton>
      </p>
    );
  }
  const { checked, checkedBytes, damaged, isDone, total } = progress;
  const said = `${formatCount(checked)}${isDone ? '' : ` of ${formatCount(total)}`} contents read, ${formatSize(checkedBytes)}`;
  return (
    <>
      <p aria-live="polite">
        {said}
        {damaged.length > 0
          ? `: ${formatCount(damaged.length)} damaged or missing.`
          : isDone
            ? ': all as they were written.'
            : ' …'}
      </p>
      {damaged.slice(0, MOST_NAMED).map(({ sha256, problem, versions: [first], versionCount }) => (
        <p key={sha256}>
          {problem}: <Mono>{first ? `${first.workspace}/${first.path}` : sha256}</Mono>
          {first ? ` version ${first.version}` : ''}
          {versionCount > 1 ? ` and ${formatCount(versionCount - 1)} more` : ''}
        </p>
      ))}
    </>
  );
}
