import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Cable } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { parseQuery } from '../../../protocol/query/parse.ts';
import { printQuery } from '../../../protocol/query/print.ts';
import { formatCount } from '../../../protocol/words/units.ts';
import { ConnectButton } from '../../connecting/connect-dialog.tsx';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { remembered } from '../../remembered.ts';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { QueryBox } from '../../ui/query-box.tsx';
import { memoryOf, readMemory, withRecent, type QueryMemory } from '../../ui/query-memory.ts';
import { EmptyState, ErrorState, PageLoader } from '../../ui/states.tsx';
import { useHold } from '../../ui/use-hold.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { ViewMenu } from '../../ui/view-menu.tsx';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { chosenColumns, readChoice, type ColumnChoice } from './column-choice.ts';
import { ColumnMenu } from './column-menu.tsx';
import { FrameExportMenu } from './frame-export-menu.tsx';
import { PaceMenu } from './pace-menu.tsx';
import { paces, slowFrom } from './paces.ts';
import { useQueryNames } from './use-query-names.ts';
import { useWire } from './use-wire.ts';
import { allColumns, outcomeTone, usualColumns } from './wire-columns.tsx';
import type { WireFeed, WireShown } from './wire-feed.ts';
import { wireRows, type WireRow, type WireView } from './wire-rows.ts';
import styles from './wire.module.css';

const keyOf = ({ frame }: WireRow): string => frame.id;
const toneOf = ({ frame }: WireRow): ReturnType<typeof outcomeTone> => outcomeTone(frame);

/** How long a filter is being written before it is looked for, in ms. */
const WRITING_MS = 250;

/** All that passes between clients and the hub, as it is recorded: newest first, live. */
export function WireScreen(): ReactNode {
  const { filter, isOfWorkspace, text, setText, take } = useFilter();
  const { feed, shown } = useWire(filter);
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('wire', ({ id }) => id);
  const live = useHold(chosen);
  const { hold, isHeld } = live;
  const [view, setView] = useState<WireView>('joined');
  const rows = useRows(shown, view);
  const { choice, setChoice, columns } = useColumns();
  const { memory, setMemory } = useMemory();
  const namesOf = useQueryNames(feed.tools);
  useLayoutEffect(() => hold.count(shown.unseen), [hold, shown.unseen]);
  useEffect(() => {
    if (isHeld) feed.pause();
    else void feed.resume();
  }, [isHeld, feed]);
  const onUse = (used: string): void => {
    take(used);
    setMemory(withRecent(memory, used));
  };
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Wire"
          coversAll={!isOfWorkspace}
          count={countWords(rows.length, shown, filter !== '')}
          actions={
            <>
              <PaceMenu frames={shown.frames} />
              <FrameExportMenu filter={filter} />
              <ColumnMenu choice={choice} onChange={setChoice} />
              <FollowControl hold={hold} />
            </>
          }
        >
          <SegmentedControl<WireView>
            aria-label="What a row is"
            data={[
              { value: 'joined', label: 'Calls' },
              { value: 'frames', label: 'Each frame' },
            ]}
            value={view}
            onChange={setView}
          />
        </Toolbar>
      }
    >
      <div className={styles.filterBar} role="group" aria-label="Filter">
        <QueryBox
          value={text}
          onChange={setText}
          onUse={onUse}
          subject="frames"
          label="Filter: agent: tool: outcome: took: or any text"
          namesOf={namesOf}
        />
        <ViewMenu filter={filter} memory={memory} onMemory={setMemory} onChoose={onUse} />
      </div>
      <div className={styles.list}>
        {shown.error && rows.length === 0 ? (
          <ErrorState error={shown.error} onRetry={() => void feed.goOn()} />
        ) : (
          <VirtualTable
            label="Frames"
            rows={rows}
            rowKey={keyOf}
            columns={columns}
            rowTone={toneOf}
            selected={chosen}
            onSelect={({ frame }) => select({ kind: 'wire', id: frame.id })}
            live={live}
            edge="start"
            onEnd={() => void feed.more()}
            empty={shown.search ? <PageLoader label="Searching" /> : <NoFrames isFiltered={filter !== ''} />}
          />
        )}
      </div>
      <SearchLine shown={shown} feed={feed} />
    </Screen>
  );
}

/** The filter as it is written, and the last one that could be understood, which is in the address. */
function useFilter(): {
  readonly filter: string;
  /** Whether it names the workspaces itself. */
  readonly isOfWorkspace: boolean;
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Takes a filter at once. */
  readonly take: (text: string) => void;
} {
  const { clock } = useDashboard();
  const inAddress = useUi(({ params }) => params['filter'] ?? '');
  const go = useUi((ui) => ui.go);
  const [text, setText] = useState(inAddress);
  const [written] = useDebouncedValue(text, WRITING_MS);
  const put = useRef(inAddress);
  // Back and forward, and links, change it too.
  useEffect(() => {
    if (inAddress !== put.current) setText(inAddress);
    put.current = inAddress;
  }, [inAddress]);
  const apply = (to: string): void => {
    if (parseQuery(to, 'frames', clock.now()).problems.length > 0 || to.trim() === put.current) return;
    put.current = to.trim();
    go('wire', to.trim() === '' ? {} : { filter: to.trim() });
  };
  // What was written a moment ago is applied, and what was written since stays in the box.
  const latest = useRef(apply);
  useEffect(() => {
    latest.current = apply;
  });
  useEffect(() => {
    latest.current(written);
  }, [written]);
  const { filter, isOfWorkspace } = useMemo(() => {
    const { terms } = parseQuery(inAddress, 'frames', clock.now());
    return { filter: printQuery(terms), isOfWorkspace: terms.some(({ key }) => key === 'ws') };
  }, [inAddress, clock]);
  const take = (to: string): void => {
    setText(to);
    apply(to);
  };
  return { filter, isOfWorkspace, text, setText, take };
}

function useRows({ frames }: WireShown, view: WireView): readonly WireRow[] {
  const before = useRef<readonly WireRow[]>([]);
  const slow = useMemo(() => slowFrom(paces(frames, 'tool')), [frames]);
  return useMemo(() => {
    before.current = wireRows(frames, view, before.current, slow);
    return before.current;
  }, [frames, view, slow]);
}

const columnMemory = remembered('wire-columns', () => window.localStorage);

function useColumns(): {
  readonly choice: ColumnChoice;
  readonly setChoice: (choice: ColumnChoice) => void;
  readonly columns: ReturnType<typeof chosenColumns>;
} {
  const [choice, set] = useState(() => readChoice(columnMemory, usualColumns));
  const columns = useMemo(() => chosenColumns(choice, allColumns), [choice]);
  const setChoice = (next: ColumnChoice): void => {
    columnMemory.set(JSON.stringify(next));
    set(next);
  };
  return { choice, setChoice, columns };
}

const filterMemory = memoryOf('wire');

function useMemory(): { readonly memory: QueryMemory; readonly setMemory: (memory: QueryMemory) => void } {
  const [memory, set] = useState(() => readMemory(filterMemory));
  const setMemory = (next: QueryMemory): void => {
    filterMemory.set(JSON.stringify(next));
    set(next);
  };
  return { memory, setMemory };
}

function countWords(rows: number, { olderThan }: WireShown, isFiltered: boolean): string {
  const count = formatCount(rows);
  const more = olderThan === undefined ? '' : ' or more';
  return isFiltered ? `${count}${more} match` : `${count}${more} ${count === '1' && more === '' ? 'row' : 'rows'}`;
}

function NoFrames({ isFiltered }: { isFiltered: boolean }): ReactNode {
  const recorder = useServer(({ hubPulse }) => hubPulse?.recorder);
  if (recorder?.status === 'failed')
    return (
      <EmptyState icon={<Cable size={24} />} title="Nothing is recorded">
        {recorder.message}
      </EmptyState>
    );
  if (isFiltered) {
    return (
      <EmptyState icon={<Cable size={24} />} title="No frame is like that">
        All that is kept was searched. Change the filter above.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<Cable size={24} />} title="Nothing has passed yet" action={<ConnectButton />}>
      Every request, answer and notification between an agent and the hub appears here, refused ones too.
    </EmptyState>
  );
}

/** How far a long search is, with a way to end it, or to go on with it. */
function SearchLine({ shown, feed }: { readonly shown: WireShown; readonly feed: WireFeed }): ReactNode {
  const { search, isCancelled, error, frames, skipped } = shown;
  if (search) {
    const all = Math.max(1, search.from - search.oldest);
    const done = search.from - search.reached;
    return (
      <div className={styles.search} role="status">
        <span>Searching</span>
        <progress aria-label="How much was searched" max={all} value={done} />
        <span>{`${formatCount(done)} of ${formatCount(all)}`}</span>
        <Button onClick={() => feed.cancel()}>Stop</Button>
      </div>
    );
  }
  if (isCancelled || (error && frames.length > 0)) {
    return (
      <div className={styles.search} role="status">
        <span>{isCancelled ? 'The search was stopped.' : error?.message}</span>
        <Button onClick={() => void feed.goOn()}>Go on</Button>
      </div>
    );
  }
  if (skipped === 0) return null;
  return (
    <div className={styles.search} role="status">
      <span>{`${formatCount(skipped)} came too fast to be shown one by one; they are recorded.`}</span>
      <Button onClick={() => void feed.again()}>Read them</Button>
    </div>
  );
}
