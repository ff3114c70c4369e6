import { Button } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { Fragment, memo, useMemo, type ReactNode } from 'react';
import { formatCount } from '../../../protocol/words/units.ts';
import { useStore } from 'zustand';
import { useDashboard, useServer, useUi } from '../../dashboard-context.tsx';
import { eventTone } from '../../ui/event-tone.ts';
import { EventClock } from '../../ui/event-clock.tsx';
import { EventSentence, EventSubject } from '../../ui/event-sentence.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import type { Hold } from '../../ui/hold.ts';
import { Mono } from '../../ui/mono.tsx';
import { Section } from '../../ui/panel.tsx';
import type { Column } from '../../ui/column.ts';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useSameRows } from '../../ui/use-same-rows.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { feedLines, type FeedLine } from './feed-lines.ts';
import styles from './overview.module.css';

const columns: readonly Column<FeedLine>[] = [
  {
    key: 'what',
    label: 'What happened',
    width: 'minmax(0, 1fr)',
    render: ({ event, calls, times }) => (
      <div className={styles.item}>
        <div className={styles.itemHead}>
          <span className={styles.itemWho}>
            <EventSubject event={event} plain />
            {times > 1 && <span className={styles.itemTimes}> ×{formatCount(times)}</span>}
          </span>
          <EventClock event={event} />
        </div>
        <div className={styles.itemText}>
          {calls ? <Calls calls={calls} /> : <EventSentence event={event} bare plain />}
        </div>
      </div>
    ),
  },
];

/** Calls in a row: how many, and how often each tool. */
function Calls({ calls }: { calls: ReadonlyMap<string, number> }): ReactNode {
  const all = [...calls.values()].reduce((sum, count) => sum + count, 0);
  return (
    <>
      made {formatCount(all)} calls:{' '}
      {[...calls].map(([tool, count], at) => (
        <Fragment key={tool}>
          {at > 0 && ', '}
          <Mono>{tool}</Mono>
          {calls.size > 1 && count > 1 && ` ×${formatCount(count)}`}
        </Fragment>
      ))}
    </>
  );
}

function keyOf({ event }: FeedLine): string {
  return String(event.seq);
}

function isSameLine(one: FeedLine, other: FeedLine): boolean {
  return (
    one.event === other.event &&
    one.times === other.times &&
    String([...(one.calls ?? [])]) === String([...(other.calls ?? [])])
  );
}

/** Whether calls that changed nothing are listed, and whether the list holds still. */
const Controls = memo(function Controls({ hold }: { readonly hold: Hold | undefined }): ReactNode {
  const { preferences } = useDashboard();
  const withReads = useStore(preferences, ({ feedReads }) => feedReads);
  return (
    <div className={styles.feedControls}>
      <Button
        aria-pressed={withReads}
        variant={withReads ? 'light' : 'default'}
        title="List calls that change nothing, too"
        onClick={() => preferences.setState({ feedReads: !withReads })}
      >
        Reads
      </Button>
      {hold && <FollowControl hold={hold} />}
    </div>
  );
});

interface FeedProps {
  readonly workspace: string | undefined;
  /** Whether it stands at a moment of the past: then there is nothing to follow. */
  readonly isPast?: boolean;
}

/** The latest events as sentences, newest on top. Updated at most five times a second, so that it can be read. */
export const Feed = memo(function Feed({ workspace, isPast = false }: FeedProps): ReactNode {
  const recent = useThrottledValue(
    useServer((server) => server.recent),
    200,
  );
  const { preferences, store } = useDashboard();
  const withReads = useStore(preferences, ({ feedReads }) => feedReads);
  const found = useMemo(() => {
    const { owners } = store.getState().server; // they come with the events
    return feedLines(recent, workspace, withReads, (sessionId) => owners.get(sessionId));
  }, [recent, workspace, withReads, store]);
  const lines = useSameRows(found, keyOf, isSameLine);
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('event', ({ seq }) => String(seq));
  const list = useLiveList({
    selected: chosen,
    what: `feed ${workspace} ${withReads}`,
    rows: lines,
    rowKey: keyOf,
    kind: 'log',
  });
  return (
    <div className={styles.feed}>
      <Section
        title={isPast ? 'Just before' : 'Just now'}
        flush
        aside={<Controls hold={isPast ? undefined : list.live.hold} />}
      >
        <div className={styles.feedList}>
          <VirtualTable
            label="What just happened"
            {...list}
            edge="start"
            columns={columns}
            rowHeight={44}
            hideHeader
            rowTone={({ event }) => (eventTone(event) === 'refused' ? 'refused' : undefined)}
            selected={chosen}
            onSelect={({ event: { seq } }) => select({ kind: 'event', seq })}
            empty={
              <p className={styles.quiet}>
                {withReads
                  ? 'Nothing has happened yet.'
                  : 'Nothing has changed yet. Calls that only read are not listed.'}
              </p>
            }
          />
        </div>
      </Section>
    </div>
  );
});
