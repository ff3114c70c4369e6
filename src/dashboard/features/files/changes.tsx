import { Equal } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { hunkHead, noTextDiffWords, type DiffLine, type FileDiff } from '../../../protocol/file-diff.ts';
import type { FileRecord } from '../../../protocol/records.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { ActorLabel } from '../../ui/agent-chip.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Mono } from '../../ui/mono.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './changes.module.css';

export interface ChangesProps {
  readonly workspace: string;
  readonly path: string;
  /** Versions. */
  readonly before: number;
  readonly after: number;
}

/** What changed in a file from one version to another. */
export function Changes({ workspace, path, before, after }: ChangesProps): ReactNode {
  const load = useLoad(`diff ${workspace} ${path} ${before} ${after}`, (hub) =>
    hub.fileDiff({
      before: { workspace, path, version: before },
      after: { workspace, path, version: after },
    }),
  );
  return (
    <Loaded
      load={load}
      missing={<EmptyState title="A version is not there">It was deleted for good. Choose another one.</EmptyState>}
    >
      {(diff) => <Comparison diff={diff} />}
    </Loaded>
  );
}

function Comparison({ diff }: { diff: FileDiff }): ReactNode {
  switch (diff.form) {
    case 'same':
      return <EmptyState icon={<Equal size={22} />} title="Both versions have the same content" />;
    case 'facts':
      return (
        <div className={styles.facts}>
          <p>{noTextDiffWords[diff.why]}</p>
          <Sides before={diff.before} after={diff.after} />
        </div>
      );
    case 'text':
      return (
        <>
          <p className={styles.sum}>
            <Mono tone="proceed">{`+${formatCount(diff.addedLines)}`}</Mono>{' '}
            <Mono tone="refused">{`−${formatCount(diff.removedLines)}`}</Mono>
            {' lines'}
          </p>
          <table className={styles.lines} aria-label="Changed lines">
            <tbody>
              {diff.hunks.map((hunk) => (
                <Fragment key={`${hunk.beforeStart} ${hunk.afterStart}`}>
                  <tr className={styles.hunk}>
                    <td colSpan={4}>{hunkHead(hunk)}</td>
                  </tr>
                  {hunk.lines.map((line) => (
                    <Line key={`${line.before ?? ''} ${line.after ?? ''}`} line={line} />
                  ))}
                </Fragment>
              ))}
            </tbody>
          </table>
          {diff.moreLines !== undefined && (
            <p
              className={styles.sum}
            >{`${formatCount(diff.moreLines)} more lines are not shown. Download both versions to see all.`}</p>
          )}
        </>
      );
    default:
      return diff satisfies never;
  }
}

const signs = { same: ' ', added: '+', removed: '−' } as const;
const signWords = { same: undefined, added: 'added', removed: 'removed' } as const;

function Line({ line }: { line: DiffLine }): ReactNode {
  const { kind, before, after, isUnended } = line;
  return (
    <tr data-kind={kind}>
      <td className={styles.number}>{before}</td>
      <td className={styles.number}>{after}</td>
      <td className={styles.sign} aria-label={signWords[kind]}>
        {signs[kind]}
      </td>
      <td className={styles.line}>
        <MarkedWords line={line} />
        {isUnended && (
          <span className={styles.unended} title="The file ends without a line break">
            {' no line break at the end'}
          </span>
        )}
      </td>
    </tr>
  );
}

function MarkedWords({ line: { text, marks } }: { line: DiffLine }): ReactNode {
  if (!marks) return text;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    parts.push(text.slice(at, from), <mark key={from}>{text.slice(from, to)}</mark>);
    at = to;
  }
  return [...parts, text.slice(at)];
}

/** What is known of both, beside each other. */
function Sides({ before, after }: { readonly before: FileRecord; readonly after: FileRecord }): ReactNode {
  const rows: readonly (readonly [string, (file: FileRecord) => ReactNode])[] = [
    ['Version', (file) => <Mono>{`v${file.version}`}</Mono>],
    ['Size', (file) => <Mono>{formatSize(file.sizeBytes)}</Mono>],
    ['Type', (file) => <Mono>{file.mime}</Mono>],
    ['SHA-256', (file) => <Mono>{file.sha256.slice(0, 16)}</Mono>],
    ['By', (file) => <ActorLabel actor={file.writtenBy} plain />],
    ['Written', (file) => <TimeAgo at={file.writtenAt} />],
  ];
  return (
    <table className={styles.sides} aria-label="Both versions">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, show]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{show(before)}</td>
            <td>{show(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
