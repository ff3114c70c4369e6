import { Button, Popover, TextInput } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { formatDateTime } from '../../../protocol/words/units.ts';
import styles from './audit.module.css';
import { fromLocalInput, rangePresets, toLocalInput } from './time-range.ts';

export interface TimeFilterProps {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly onChange: (from: number | undefined, to: number | undefined) => void;
}

/** A time range: one that ends now, or from and to. */
export function TimeFilter({ from, to, onChange }: TimeFilterProps): ReactNode {
  const { clock } = useDashboard();
  const [isOpen, setOpen] = useState(false);
  const choose = (start: number | undefined): void => {
    onChange(start, undefined);
    setOpen(false);
  };
  return (
    <Popover position="bottom-start" trapFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>
        <Button
          rightSection={<ChevronDown size={12} />}
          className={styles.filter}
          data-set={from !== undefined || to !== undefined || undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {labelOf(from, to)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.times} role="group" aria-label="Time range">
          {rangePresets.map(({ id, label, ms }) => (
            <Button
              key={id}
              variant="subtle"
              color="gray"
              justify="flex-start"
              fw={400}
              onClick={() => choose(clock.now() - ms)}
            >
              {label}
            </Button>
          ))}
          <Button variant="subtle" color="gray" justify="flex-start" fw={400} onClick={() => choose(undefined)}>
            Any time
          </Button>
          <TextInput
            label="From"
            type="datetime-local"
            value={from === undefined ? '' : toLocalInput(from)}
            onChange={(event) => onChange(fromLocalInput(event.currentTarget.value), to)}
          />
          <TextInput
            label="To"
            type="datetime-local"
            value={to === undefined ? '' : toLocalInput(to)}
            onChange={(event) => onChange(from, fromLocalInput(event.currentTarget.value))}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(from: number | undefined, to: number | undefined): string {
  const short = (at: number): string => formatDateTime(at).slice(5, 16);
  if (from === undefined) return to === undefined ? 'Any time' : `to ${short(to)}`;
  return to === undefined ? `since ${short(from)}` : `${short(from)} – ${short(to)}`;
}
