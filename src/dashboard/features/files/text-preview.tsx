import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { problemLine } from '../../ui/problem-words.ts';
import { ErrorState, PageLoader } from '../../ui/states.tsx';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import styles from './preview.module.css';
import { shownLine } from './text-window.ts';
import { useText } from './use-text.ts';

const lineHeight = 18;

export interface TextPreviewProps {
  readonly url: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Lines that are to be seen, the first and the last, from 1. */
  readonly marked?: readonly [first: number, last: number] | undefined;
}

/** A text with line numbers. Only the visible lines are rendered, and more is read on scrolling. */
export function TextPreview({ url, name, sizeBytes, marked }: TextPreviewProps): ReactNode {
  const { window, isReading, error, isCut, readOn } = useText(url, sizeBytes);
  const scroller = useRef<HTMLDivElement>(null);
  const { lines } = window;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lines.length > 0 && last >= lines.length - 60) readOn();
  }, [last, lines.length, readOn]);

  const [first, until] = marked ?? [0, 0];
  const shownFor = useRef('');
  useEffect(() => {
    if (first === 0 || lines.length === 0) return;
    if (lines.length < until && !isCut) readOn();
    // Once for each passage: from there on the person scrolls.
    if (lines.length < first || shownFor.current === `${url} ${first}`) return;
    shownFor.current = `${url} ${first}`;
    virtual.scrollToIndex(first - 1, { align: 'center' });
  }, [first, until, lines.length, isCut, readOn, url, virtual]);

  if (error && lines.length === 0) return <ErrorState error={error} onRetry={readOn} />;
  if (lines.length === 0) return <PageLoader label="Reading the text" />;
  return (
    <div className={styles.text}>
      <div ref={scroller} className={styles.textScroller} role="region" aria-label={`Text of ${name}`} tabIndex={0}>
        <div
          className={styles.lines}
          style={{ height: virtual.getTotalSize(), ['--digits' as string]: String(lines.length).length }}
        >
          {items.map(({ index, start, key }) => (
            <Line
              key={key}
              index={index}
              start={start}
              line={lines[index] ?? ''}
              isMarked={index + 1 >= first && index + 1 <= until}
              measure={virtual.measureElement}
            />
          ))}
        </div>
      </div>
      {(isCut || (error && !isReading)) && (
        <p className={styles.note} role="status">
          {isCut
            ? `Shown: the first ${formatSize(window.readBytes)} of ${formatSize(sizeBytes)} (${formatCount(lines.length)} lines). Download it for the rest.`
            : error && problemLine(error)}
        </p>
      )}
    </div>
  );
}

interface TextLineProps {
  readonly index: number;
  readonly start: number;
  readonly line: string;
  readonly isMarked: boolean;
  readonly measure: (node: Element | null) => void;
}

function Line({ index, start, line, isMarked, measure }: TextLineProps): ReactNode {
  const { text, hidden } = shownLine(line);
  return (
    <div
      ref={measure}
      data-index={index}
      data-marked={isMarked || undefined}
      className={styles.line}
      style={{ transform: `translateY(${start}px)` }}
    >
      <span className={styles.number} aria-hidden>
        {index + 1}
      </span>
      <span className={styles.content}>
        {text}
        {hidden > 0 && <span className={styles.hidden}> … {formatCount(hidden)} more characters</span>}
      </span>
    </div>
  );
}
