import { useLayoutEffect, useRef, type ReactNode } from 'react';
import type { JobRecord } from '../../../protocol/records.ts';
import { useServer } from '../../dashboard-context.tsx';
import { CopyButton } from '../../ui/mono.tsx';
import { Section } from '../../ui/panel.tsx';
import styles from './jobs.module.css';

/** A job's log: live while it runs, from its record afterwards. Scrolled to its end. */
export function JobLog({ job }: { job: JobRecord }): ReactNode {
  const heard = useServer(({ jobLogs }) => jobLogs.get(job.id));
  const isOver = 'finishedAt' in job;
  // The record has the lines from before this page was opened; live lines are newer than the record.
  const lines = isOver || heard === undefined || job.log.length > heard.length ? job.log : heard;
  const box = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current && !isOver) current.scrollTop = current.scrollHeight;
  }, [lines, isOver]);
  if (lines.length === 0) return null;
  const text = lines.join('\n');
  return (
    <Section title="Log" aside={<CopyButton text={text} label="Copy log" />}>
      <pre ref={box} className={styles.log} role="log" aria-label="Job log" tabIndex={0}>
        {text}
      </pre>
    </Section>
  );
}
