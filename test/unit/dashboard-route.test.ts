import { expect, test } from 'vitest';
import { followRoute, formatRoute, parseRoute } from '../../src/dashboard/route.ts';
import type { Selection } from '../../src/dashboard/selection.ts';
import { createDashboardStore } from '../../src/dashboard/store.ts';
import { selected } from '../../src/dashboard/ui-slice.ts';

const selections: readonly Selection[] = [
  { kind: 'event', seq: 15_877 },
  { kind: 'frame', id: 'frm_a_1' },
  { kind: 'wire', id: 'frm_a_2' },
  { kind: 'lock', workspace: 'wsp_1', path: 'a/b.c/ü & d.md' },
  { kind: 'job', jobId: 'job_1' },
  { kind: 'file', workspace: 'wsp_1', path: '3/plan.md' },
  { kind: 'file', workspace: 'wsp_1', path: 'plan.md', version: 3 },
  { kind: 'session', sessionId: 'ses_1' },
  { kind: 'key', keyId: 'key_1' },
];

test('[UI119] what the inspector shows is in the address, and comes back from it', () => {
  for (const selection of selections) {
    const route = { screen: 'audit', params: { types: 'lock.acquired' }, selection } as const;
    expect(parseRoute(formatRoute(route))).toEqual(route);
  }
  for (const nonsense of [
    '',
    '.',
    'event.',
    'event.x',
    'event.1e9',
    'lock.wsp_1',
    'file.wsp_1/x/y',
    'refused.3',
    'z.1',
  ]) {
    const fragment = `#/audit?${new URLSearchParams({ sel: nonsense }).toString()}`;
    expect(parseRoute(fragment)).toEqual({ screen: 'audit', params: {} });
  }
  expect(formatRoute({ screen: 'sessions', params: {}, selection: { kind: 'refused', id: 3 } })).toBe('#/sessions');
});

/** A browser's history, as far as the address needs it. */
class History {
  readonly entries = ['#/audit'];
  at = 0;
  #listener: (() => void) | undefined;
  readonly location: { readonly hash: string };
  readonly history = {
    pushState: (_state: unknown, _title: string, url: string) => {
      this.entries.splice(++this.at, Infinity, url);
    },
    replaceState: (_state: unknown, _title: string, url: string) => {
      this.entries[this.at] = url;
    },
  };

  constructor() {
    const hash = (): string => this.entries[this.at] ?? '';
    this.location = {
      get hash() {
        return hash();
      },
    };
  }

  addEventListener(_type: string, listener: () => void): void {
    this.#listener = listener;
  }

  removeEventListener(): void {
    this.#listener = undefined;
  }

  go(by: number): void {
    this.at += by;
    this.#listener?.();
  }
}

test('[UI119] Back and Forward walk what was chosen; a list that is walked with j is one step', () => {
  let now = 0;
  const page = new History();
  const store = createDashboardStore({ ...parseRoute('#/audit'), workspace: undefined });
  const stop = followRoute(store, page as unknown as Window, () => now);
  const { ui } = store.getState();
  const select = (seq: number, at: number): void => {
    now = at;
    ui.select({ kind: 'event', seq });
  };
  select(1, 10_000);
  select(2, 20_000);
  for (let n = 0; n < 5; n += 1) select(3 + n, 20_100 + n * 100);
  now = 30_000;
  ui.closeInspector();
  now = 40_000;
  ui.go('keys');
  expect(page.entries).toEqual(['#/audit', '#/audit?sel=event.1', '#/audit?sel=event.7', '#/audit', '#/keys']);

  const seen: unknown[] = [];
  for (const by of [-1, -1, -1, -1, 1, 1, 1]) {
    page.go(by);
    const state = store.getState().ui;
    seen.push([state.screen, selected(state)]);
  }
  const at = (seq: number) => ['audit', { kind: 'event', seq }];
  const closed = ['audit', undefined];
  expect(seen).toEqual([closed, at(7), at(1), closed, at(1), at(7), closed]);
  expect(page.entries).toHaveLength(5); // walking writes nothing
  ui.go('sessions', { session: 'ses_1' });
  now += 100;
  ui.select({ kind: 'session', sessionId: 'ses_1' }); // its details, in a wide window
  expect(page.entries.slice(4)).toEqual(['#/sessions?session=ses_1&sel=session.ses_1']);
  stop();
  ui.go('files');
  expect(page.entries).toHaveLength(5);
});

test('[UI119] a reload shows it again', () => {
  const store = createDashboardStore({ ...parseRoute('#/audit?sel=event.7'), workspace: undefined });
  expect(selected(store.getState().ui)).toEqual({ kind: 'event', seq: 7 });
});
