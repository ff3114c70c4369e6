import { ActionIcon, SegmentedControl, Slider } from '@mantine/core';
import { ChevronLeft, ChevronRight, History, Pause, Play } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { useServer } from '../../dashboard-context.tsx';
import { pastRates, type PastDesk, type PastRate } from '../../past/past-desk.ts';
import { formatCount, formatDateTime } from '../../../protocol/words/units.ts';
import styles from './past.module.css';

/** Says that the past is shown, which moment of it, and moves, steps and plays it. */
export function PastBar({ desk }: { readonly desk: PastDesk }): ReactNode {
  const { seq, at, opening, rate, problem } = useStore(desk.place);
  const last = useServer((server) => server.seq);
  const first = useServer(({ retention }) => (retention.cut?.seq ?? 0) + 1);
  const [dragged, setDragged] = useState<number>();
  const [chosenRate, setChosenRate] = useState<PastRate>(1);
  const place = dragged ?? opening ?? seq ?? last;
  const isPlaying = rate !== undefined;
  const choose = (value: string): void => {
    const wanted = pastRates.find((one) => String(one) === value) ?? 1;
    setChosenRate(wanted);
    if (isPlaying) desk.play(wanted);
  };
  return (
    <section className={styles.bar} aria-label="The past">
      <div className={styles.words}>
        <History size={14} aria-hidden />
        <strong>The past</strong>
        <span role="status">
          {seq === undefined
            ? 'opening …'
            : `${formatDateTime(at)}, after event ${formatCount(place)} of ${formatCount(last)}`}
        </span>
        {problem !== undefined && (
          <span role="alert" className={styles.problem}>
            {problem}
          </span>
        )}
      </div>
      <div className={styles.controls}>
        <ActionIcon
          aria-label="One event back"
          title="One event back (←)"
          disabled={seq === undefined || seq <= first}
          onClick={() => void desk.step(-1)}
        >
          <ChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          aria-label={isPlaying ? 'Pause' : 'Play'}
          title={`${isPlaying ? 'Pause' : 'Play'} (Space)`}
          disabled={seq === undefined || (!isPlaying && seq >= last)}
          onClick={() => (isPlaying ? desk.pause() : desk.play(chosenRate))}
        >
          {isPlaying ? <Pause size={15} /> : <Play size={15} />}
        </ActionIcon>
        <ActionIcon
          aria-label="One event on"
          title="One event on (→)"
          disabled={seq === undefined || seq >= last}
          onClick={() => void desk.step(1)}
        >
          <ChevronRight size={16} />
        </ActionIcon>
        <SegmentedControl
          aria-label="How fast it plays"
          size="xs"
          data={pastRates.map((one) => ({ value: String(one), label: `${one}×` }))}
          value={String(chosenRate)}
          onChange={choose}
        />
        <Slider
          className={styles.slider}
          thumbLabel="Moment of the log"
          min={first}
          max={Math.max(last, first)}
          step={1}
          value={place}
          label={(value) => `event ${formatCount(value)}`}
          onChange={setDragged}
          onChangeEnd={(value) => {
            setDragged(undefined);
            void desk.open(value);
          }}
        />
      </div>
    </section>
  );
}
