import { expect, test } from 'vitest';
import { sortSessions } from '../../src/dashboard/features/sessions/session-rows.ts';
import { heldRows, liveRows } from '../../src/dashboard/ui/held-rows.ts';
import { Hold } from '../../src/dashboard/ui/hold.ts';
import { columnsThatFit, leastWidth } from '../../src/dashboard/ui/column.ts';
import { moveInList } from '../../src/dashboard/ui/list-moves.ts';
import { sameRows } from '../../src/dashboard/ui/same-rows.ts';
import type { SessionState } from '../../src/protocol/state.ts';

/** A hold on a clock that moves only when a test moves it. */
function setup(start: { isHeld?: boolean; selected?: string } = {}) {
  let now = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  let made = 0;
  const hold = new Hold({
    ...start,
    setTimeout: (run, ms) => {
      made += 1;
      timers.set(made, { at: now + ms, run });
      return made;
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
  });
  const advance = (ms: number): void => {
    now += ms;
    for (const [handle, { at, run }] of timers) {
      if (at > now) continue;
      timers.delete(handle);
      run();
    }
  };
  return { hold, advance, timers };
}

test('[HS2] a list that the pointer left goes on after 400 ms, unless it comes back', () => {
  const { hold, advance } = setup();
  hold.begin('pointer');
  expect(hold.current()).toBe(true);
  hold.end('pointer');
  advance(399);
  hold.begin('pointer');
  advance(1_000);
  expect(hold.current()).toBe(true);
  hold.end('pointer');
  advance(399);
  expect(hold.current()).toBe(true);
  advance(1);
  expect(hold.current()).toBe(false);
});

test('[HS2] it goes on when the last of several causes is over; a selection ends at once', () => {
  const { hold, advance } = setup();
  hold.begin('pointer');
  hold.begin('row');
  hold.select('row 4');
  hold.end('pointer');
  advance(400);
  hold.drop('row');
  expect(hold.current()).toBe(true);
  hold.select(undefined);
  expect(hold.current()).toBe(false);
});

test('[HS2] the control holds a live list until it is asked again, and lets a held one go on until the next cause', () => {
  const { hold, advance } = setup();
  hold.toggle();
  hold.begin('pointer');
  hold.end('pointer');
  advance(400);
  expect(hold.current()).toBe(true);
  hold.toggle();
  expect(hold.current()).toBe(false);

  hold.select('row 1');
  hold.toggle();
  expect(hold.current()).toBe(false);
  hold.select('row 1');
  expect(hold.current()).toBe(false);
  hold.select('row 2');
  expect(hold.current()).toBe(true);
  hold.toggle();
  hold.begin('scroll');
  expect(hold.current()).toBe(true);
});

test('[HS2] what was selected before the list was there does not hold it; what is selected next does', () => {
  const { hold } = setup({ selected: 'row 1' });
  hold.select('row 1');
  expect(hold.current()).toBe(false);
  hold.select('row 2');
  expect(hold.current()).toBe(true);
});

test('[HS8] a held list goes on for a moment after a change of the person, then holds again; one held by the control does not', () => {
  const { hold, advance } = setup();
  hold.begin('pointer');
  hold.goOn();
  expect(hold.current()).toBe(false);
  hold.begin('row'); // the focus comes back from a dialog
  expect(hold.current()).toBe(false);
  advance(1_500);
  expect(hold.current()).toBe(true);
  hold.drop('row');
  hold.drop('pointer');
  expect(hold.current()).toBe(false);
  hold.goOn();
  advance(1_500);
  expect(hold.current()).toBe(false);
  hold.toggle();
  hold.goOn();
  expect(hold.current()).toBe(true);
});

test('[HS3] the control gets what came, as often as it changes', () => {
  const { hold } = setup();
  const heard: number[] = [];
  hold.subscribe(() => heard.push(hold.added()));
  for (const added of [0, 2, 2, 5, 0]) hold.count(added);
  expect(heard).toEqual([2, 5, 0]);
});

test('[HS2] listeners hear of changes alone, and a list that is closed leaves no timer', () => {
  const { hold, timers } = setup({ isHeld: true });
  let heard = 0;
  hold.subscribe(() => (heard += 1));
  hold.begin('pointer');
  hold.end('pointer');
  expect(heard).toBe(0);
  expect(timers.size).toBe(1);
  hold.close();
  expect(timers.size).toBe(0);
});

interface Row {
  readonly id: string;
  readonly text: string;
}
const row = (id: string, text = id): Row => ({ id, text });
const idOf = ({ id }: Row): string => id;

test('[HS1] a held list keeps its rows and their order; cells go on, and what went is known', () => {
  const [a, b, c] = [row('a'), row('b'), row('c')];
  const before = liveRows([a, b, c]);
  const after = heldRows(before, [row('new'), c, row('b', 'changed')], idOf, 'state');
  expect(after.rows.map(({ text }) => text)).toEqual(['a', 'changed', 'c']);
  expect([...after.gone]).toEqual(['a']);
  expect(after.rows[2]).toBe(c);
  expect(heldRows(after, [row('x'), a, after.rows[1] ?? b, c], idOf, 'state').rows).toBe(after.rows);
});

test('[HS3] of a state, what is there and not shown is counted; of a log, all that came, also what is kept no longer', () => {
  const start = [row('b'), row('a')];
  const states = heldRows(liveRows(start), [row('d'), row('c'), ...start], idOf, 'state');
  expect(states.added).toBe(2);
  expect(heldRows(states, [row('d'), ...start], idOf, 'state').added).toBe(1);
  const log = heldRows(liveRows(start), [row('d'), row('c'), ...start], idOf, 'log');
  expect(log.added).toBe(2);
  const later = heldRows(log, [row('f'), row('e'), row('d')], idOf, 'log');
  expect(later).toMatchObject({ added: 4, rows: start });
  expect(later.gone.size).toBe(0);
});

test('[HS1] a held list of pages grows at its end by what is read, and nowhere else', () => {
  const start = [row('c'), row('b')];
  const grown = heldRows(liveRows(start), [row('d'), row('c'), row('b'), row('a')], idOf, 'pages');
  expect(grown.rows.map(idOf)).toEqual(['c', 'b', 'a']);
  expect(grown.added).toBe(1);
  const moved = heldRows(grown, [row('f'), row('e')], idOf, 'pages');
  expect(moved.rows.map(idOf)).toEqual(['c', 'b', 'a']);
  expect(moved.added).toBe(2);
});

test('[HS5] from nowhere the keys begin at the row in view; Home and End lead to the ends', () => {
  expect(['j', 'k', 'ArrowDown', 'PageUp'].map((key) => moveInList(key, -1, 100, 10, 40))).toEqual([40, 40, 40, 40]);
  expect(moveInList('Home', -1, 100, 10, 40)).toBe(0);
  expect(moveInList('End', -1, 100, 10, 40)).toBe(99);
});

test('[HS10] a row made anew that says the same is the same object', () => {
  const before = [row('a'), row('b')];
  const now = sameRows(
    before,
    [row('b'), row('a', 'changed'), row('c')],
    idOf,
    (one, other) => one.text === other.text,
  );
  expect(now[0]).toBe(before[1]);
  expect(now.map(({ text }) => text)).toEqual(['b', 'changed', 'c']);
});

test('[HS9] a table is as wide as its columns at least need, their gaps and the margins', () => {
  const columns = [{ width: '90px' }, { width: 'minmax(120px, 2fr)' }, { width: 'minmax(0, 1fr)' }];
  expect(leastWidth(columns, false)).toBe(90 + 120 + 0 + 2 * 12 + 32);
  expect(leastWidth(columns, true)).toBe(leastWidth(columns, false) + 19);
});

test('[HS7] sessions without a connection come last, whatever the list is sorted by', () => {
  const session = (id: string, status: SessionState['status'], openedAt: number): SessionState => ({
    id,
    wire: 'sse',
    keyId: `key_${id}`,
    remote: '',
    openedAt,
    status,
    since: openedAt,
    subscriptions: [],
  });
  const sessions = [session('a', 'dropped', 1), session('b', 'ready', 2), session('c', 'dropped', 3)];
  for (const key of ['agent', 'wire', 'client', 'protocol', 'state', 'uptime']) {
    for (const descending of [false, true]) {
      expect(sortSessions(sessions, new Map(), { key, descending }, ({ status }) => status)[0]?.id).toBe('b');
    }
  }
});

test('[HS9] a list shows as many columns as fit beside its scroll bar, and the fewest where none do', () => {
  const [most, some, fewest] = [['300px', '112px'], ['minmax(128px, 1fr)', '112px'], ['128px']].map((widths) =>
    widths.map((width) => ({ width })),
  );
  const at = (width: number) => columnsThatFit(width, [most ?? [], some ?? []], fewest ?? []);
  expect([at(471), at(470), at(299), at(298), at(0)]).toEqual([most, some, some, fewest, fewest]);
});
