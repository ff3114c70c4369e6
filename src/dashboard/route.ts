import { screens, type ScreenKey } from '../protocol/screens.ts';
import type { DashboardStore } from './store.ts';
import type { ScreenParams } from './ui-slice.ts';

/** Where a page's fragment points. */
export interface Route {
  readonly screen: ScreenKey;
  readonly params: ScreenParams;
}

/** `#/files?path=a%2Fb` taken apart; anything else is the overview. */
export function parseRoute(fragment: string): Route {
  const [name = '', query = ''] = fragment.replace(/^#\/?/u, '').split('?');
  const screen = screens.find(({ key }) => key === name)?.key;
  if (screen === undefined) return { screen: 'overview', params: {} };
  return { screen, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** The inverse of {@link parseRoute}. */
export function formatRoute({ screen, params }: Route): string {
  const query = new URLSearchParams(params).toString();
  return `#/${screen}${query === '' ? '' : `?${query}`}`;
}

/** Keeps the address and the store's screen equal, so that reload, back and bookmarks work. Returns the stop. */
export function followRoute(store: DashboardStore, page: Window): () => void {
  const stopStore = store.subscribe(({ ui }, before) => {
    if (ui.screen === before.ui.screen && ui.params === before.ui.params) return;
    const fragment = formatRoute(ui);
    if (fragment !== page.location.hash) page.history.pushState(null, '', fragment);
  });
  const onChange = (): void => {
    const route = parseRoute(page.location.hash);
    const { ui } = store.getState();
    if (formatRoute(route) !== formatRoute(ui)) ui.go(route.screen, route.params);
  };
  page.addEventListener('popstate', onChange);
  return () => {
    stopStore();
    page.removeEventListener('popstate', onChange);
  };
}
