import { screens, type ScreenKey } from '../protocol/screens.ts';
import { formatSelection, parseSelection } from './selection-address.ts';
import { selectionId, type Selection } from './selection.ts';
import type { DashboardStore } from './store.ts';
import { selected, type ScreenParams, type UiState } from './ui-slice.ts';

/** Where a page's fragment points. */
export interface Route {
  readonly screen: ScreenKey;
  readonly params: ScreenParams;
  /** What the inspector shows; undefined: it is closed. */
  readonly selection?: Selection | undefined;
}

/** The parameter of the address that no screen has. */
const SELECTION = 'sel';

/** `#/files?path=a%2Fb&sel=event.7` taken apart; anything else is the overview. */
export function parseRoute(fragment: string): Route {
  const [name = '', query = ''] = fragment.replace(/^#\/?/u, '').split('?');
  const screen = screens.find(({ key }) => key === name)?.key;
  if (screen === undefined) return { screen: 'overview', params: {} };
  const { [SELECTION]: chosen = '', ...params } = Object.fromEntries(new URLSearchParams(query));
  const selection = parseSelection(chosen);
  return { screen, params, ...(selection && { selection }) };
}

/** The inverse of {@link parseRoute}. */
export function formatRoute({ screen, params, selection }: Route): string {
  const chosen = selection && formatSelection(selection);
  const query = new URLSearchParams({ ...params, ...(chosen === undefined ? {} : { [SELECTION]: chosen }) }).toString();
  return `#/${screen}${query === '' ? '' : `?${query}`}`;
}

/** Selections that follow each other so soon are one step of the browser's history: one walks a list with j, ms. */
const STEP_MS = 1_000;
/** What the inspector shows so soon after a page was opened came with that page, ms. */
const WITH_PAGE_MS = 150;

/**
 * Keeps the address equal to the store's screen and to what the inspector shows, so that reload, back and bookmarks
 * work. Returns the stop.
 *
 * @param now ms, of any clock that only goes forward
 */
export function followRoute(store: DashboardStore, page: Window, now: () => number): () => void {
  let isFollowing = false;
  let writtenAt = -STEP_MS;
  const stopStore = store.subscribe(({ ui }, { ui: before }) => {
    if (isFollowing || ui === before) return;
    const fragment = formatRoute(routeOf(ui));
    if (fragment === page.location.hash || fragment === formatRoute(routeOf(before))) return;
    const isSamePage = ui.screen === before.screen && ui.params === before.params;
    const stepMs = selected(before) === undefined ? WITH_PAGE_MS : STEP_MS;
    const isSameStep = isSamePage && selected(ui) !== undefined && now() - writtenAt < stepMs;
    if (isSameStep) page.history.replaceState(null, '', fragment);
    else page.history.pushState(null, '', fragment);
    writtenAt = now();
  });
  const onChange = (): void => {
    isFollowing = true;
    showRoute(store, parseRoute(page.location.hash));
    isFollowing = false;
  };
  page.addEventListener('popstate', onChange);
  return () => {
    stopStore();
    page.removeEventListener('popstate', onChange);
  };
}

function routeOf(ui: UiState): Route {
  return { screen: ui.screen, params: ui.params, selection: selected(ui) };
}

function showRoute(store: DashboardStore, route: Route): void {
  const { ui } = store.getState();
  const page = { screen: route.screen, params: route.params };
  if (formatRoute(page) !== formatRoute({ screen: ui.screen, params: ui.params })) ui.go(route.screen, route.params);
  const { selection } = route;
  if (selection === undefined) return ui.closeInspector();
  // Along the inspector's own history, where it has it there: its arrows then still go both ways.
  const { trail, position } = ui;
  const isAt = (at: number): boolean => {
    const there = trail[at];
    return there !== undefined && selectionId(there) === selectionId(selection);
  };
  const by = ([-1, 1] as const).find((step) => isAt(position + step));
  if (by === undefined || isAt(position)) return ui.select(selection);
  ui.step(by);
  ui.openInspector();
}
