import { Button, Popover, SegmentedControl } from '@mantine/core';
import { Gauge } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { FrameRecord } from '../../../protocol/frame-record.ts';
import { formatCount, formatDuration } from '../../../protocol/words/units.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Mono } from '../../ui/mono.tsx';
import { paces, type Pace } from './paces.ts';
import styles from './wire.module.css';

/** How long the calls among the frames shown took, by tool or by agent. */
export function PaceMenu({ frames }: { readonly frames: readonly FrameRecord[] }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover position="bottom-end" trapFocus opened={isOpen} onChange={setOpen}>
      <Popover.Target>
        <Button leftSection={<Gauge size={13} />} onClick={() => setOpen(!isOpen)}>
          Latency
        </Button>
      </Popover.Target>
      <Popover.Dropdown>{isOpen && <PaceTable frames={frames} />}</Popover.Dropdown>
    </Popover>
  );
}

function PaceTable({ frames }: { readonly frames: readonly FrameRecord[] }): ReactNode {
  const [by, setBy] = useState<'tool' | 'agent'>('tool');
  const rows = useMemo(() => paces(frames, by), [frames, by]);
  return (
    <>
      <SegmentedControl<'tool' | 'agent'>
        aria-label="Latency by"
        data={[
          { value: 'tool', label: 'By tool' },
          { value: 'agent', label: 'By agent' },
        ]}
        value={by}
        onChange={setBy}
      />
      <div className={styles.paces}>
        <table aria-label="Latency">
          <thead>
            <tr>
              <th scope="col">{by === 'tool' ? 'Tool' : 'Agent'}</th>
              <th scope="col">Calls</th>
              <th scope="col">Failed</th>
              <th scope="col">Median</th>
              <th scope="col">95 %</th>
              <th scope="col">99 %</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((pace) => (
              <PaceRow key={pace.of} pace={pace} by={by} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.quiet}>
        {rows.length === 0
          ? 'No answered call is among the frames shown.'
          : 'Of the frames shown: from the request to its answer.'}
      </p>
    </>
  );
}

function PaceRow({ pace, by }: { readonly pace: Pace; readonly by: 'tool' | 'agent' }): ReactNode {
  const { of, count, errors, p50, p95, p99 } = pace;
  return (
    <tr>
      <th scope="row">{by === 'tool' ? <Mono>{of}</Mono> : <AgentChip agent={of} plain />}</th>
      <td>{formatCount(count)}</td>
      <td>{errors === 0 ? '' : <Mono tone="refused">{formatCount(errors)}</Mono>}</td>
      <td>{formatDuration(p50)}</td>
      <td>{formatDuration(p95)}</td>
      <td>{formatDuration(p99)}</td>
    </tr>
  );
}
