import { Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { PrunedEvents } from '../../../protocol/records.ts';
import { removedWords } from '../../../protocol/words/removed-words.ts';
import { formatCount, formatDay, formatDays, formatSize } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { Group } from './group.tsx';
import styles from './settings.module.css';

const DAY_MS = 86_400_000;
const FOR_EVER = 'for ever';
/** In days; a time that was set elsewhere is offered too. */
const CHOICES = [7, 30, 90, 180, 365, 730];

/** What the person chose and is asked about. */
interface Chosen {
  readonly keepMs: number;
  /** What would go at once; undefined for nothing. */
  readonly events: PrunedEvents | undefined;
}

/** How long the log is kept. */
export function LogKept(): ReactNode {
  const { keepMs, cut } = useServer(({ retention }) => retention);
  const [chosen, setChosen] = useState<Chosen>();
  const look = useAction((api, ms: number) => api.prunableEvents({ before: Date.now() - ms }));
  const set = useAction((api, ms: number | null) => api.setRetention({ keepMs: ms }));
  const close = (): void => setChosen(undefined);

  const choose = async (value: string | null): Promise<void> => {
    if (value === null) return;
    if (value === FOR_EVER) return void (await set.run(null));
    const ms = Number(value);
    const found = await look.run(ms);
    if (found) setChosen({ keepMs: ms, events: found.events });
  };
  return (
    <Group
      title="Log"
      about="How long events are kept. What they made stays: files and their versions, jobs, keys. The hash chain goes on from where the log begins, and the log says what was removed."
    >
      <Select
        aria-label="How long the log is kept"
        data={choicesWith(keepMs)}
        value={keepMs === undefined ? FOR_EVER : String(keepMs)}
        onChange={(value) => void choose(value)}
        disabled={look.isPending || set.isPending}
        allowDeselect={false}
        w={280}
      />
      {cut && <p className={styles.text}>{removedWords(cut)}.</p>}
      <ConfirmDialog
        isOpen={chosen !== undefined}
        title={`Keep the log for ${formatDays(chosen?.keepMs ?? 0)}`}
        confirm="Remove older events"
        isPending={set.isPending}
        onClose={close}
        onConfirm={() => {
          if (chosen) void set.run(chosen.keepMs).then((done) => done === true && close());
        }}
      >
        <p className={styles.text}>{chosen && meaning(chosen)}</p>
      </ConfirmDialog>
    </Group>
  );
}

function choicesWith(keepMs: number | undefined): { readonly value: string; readonly label: string }[] {
  const all = new Set([...CHOICES.map((days) => days * DAY_MS), ...(keepMs === undefined ? [] : [keepMs])]);
  const times = [...all].toSorted((a, b) => a - b).map((ms) => ({ value: String(ms), label: formatDays(ms) }));
  return [{ value: FOR_EVER, label: 'For ever' }, ...times];
}

function meaning({ keepMs, events }: Chosen): string {
  const now = events
    ? `${formatCount(events.count)} events up to ${formatDay(events.to)} (${formatSize(events.sizeBytes)}) go at the next quiet moment.`
    : 'Nothing is that old yet.';
  return (
    `Events older than ${formatDays(keepMs)} are removed by the hub itself, about once a day. ${now} ` +
    'They cannot be brought back: save them under Audit, Export, if you need them. Files, versions, jobs and keys stay as they are.'
  );
}
