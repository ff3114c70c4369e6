import { Button, Popover } from '@mantine/core';
import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { removedWords } from '../../protocol/words/removed-words.ts';
import type { LogVerification } from '../../protocol/records.ts';
import { useUi } from '../dashboard-context.tsx';
import { ContentsVerdict } from './contents-verdict.tsx';
import { CopyButton, Mono } from './mono.tsx';
import { TextButton } from './text-button.tsx';
import { formatCount, formatDuration } from '../../protocol/words/units.ts';
import { useAction } from './use-action.tsx';
import styles from './verify-button.module.css';

/** Checks the hash chain of the whole log and shows the result; from there all contents can be read, too. */
export function VerifyButton(): ReactNode {
  const [answer, setAnswer] = useState<LogVerification>();
  const verify = useAction((hub) => hub.verifyLog());
  const run = (): void => {
    setAnswer(undefined);
    void verify.run().then(setAnswer);
  };
  return (
    <Popover
      opened={answer !== undefined}
      onChange={(isOpen) => !isOpen && setAnswer(undefined)}
      position="bottom-end"
      trapFocus
    >
      <Popover.Target>
        <Button leftSection={<ShieldCheck size={13} />} loading={verify.isPending} onClick={run}>
          Verify
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{answer && <LogVerdict answer={answer} />}</Popover.Dropdown>
    </Popover>
  );
}

function LogVerdict({ answer }: { answer: LogVerification }): ReactNode {
  const select = useUi((ui) => ui.select);
  if (answer.ok && answer.damage !== undefined) {
    return (
      <DamageFound title="The database is damaged" events={answer.events}>
        hub.db around them is not ({answer.damage}). Stop the hub and run <Mono>signalbox audit recover</Mono>.
      </DamageFound>
    );
  }
  if (answer.ok && answer.baseProblem !== undefined) {
    return (
      <DamageFound title="What removed events made is damaged" events={answer.events}>
        {answer.baseProblem}
      </DamageFound>
    );
  }
  if (answer.ok) {
    return (
      <div className={styles.verdict} role="status">
        <p className={styles.good}>
          <ShieldCheck size={15} aria-hidden /> The chain is whole
        </p>
        <p>
          {formatCount(answer.events)} events checked in {formatDuration(answer.ms)}: each one’s hash follows from the
          one before.
        </p>
        {answer.cut && <p>{removedWords(answer.cut)}.</p>}
        <p className={styles.hash}>
          <Mono cut title={answer.lastHash}>
            {answer.lastHash}
          </Mono>
          <CopyButton text={answer.lastHash} label="Copy last hash" />
        </p>
        <ContentsVerdict />
      </div>
    );
  }
  return (
    <div className={styles.verdict} role="alert">
      <p className={styles.bad}>
        <ShieldAlert size={15} aria-hidden /> The chain breaks at #{answer.badSeq}
      </p>
      <p>{answer.problem}</p>
      <p>
        {formatCount(answer.events)} events before it are whole.{' '}
        <TextButton onClick={() => select({ kind: 'event', seq: answer.badSeq })}>Show it</TextButton>
      </p>
    </div>
  );
}

/** Damage beside the events: those are sound. */
function DamageFound(props: { title: string; events: number; children: ReactNode }): ReactNode {
  return (
    <div className={styles.verdict} role="alert">
      <p className={styles.bad}>
        <ShieldAlert size={15} aria-hidden /> {props.title}
      </p>
      <p>
        All {formatCount(props.events)} events are as they were written, but {props.children}
      </p>
    </div>
  );
}
