import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './theme/base.css';
import { createRoot } from 'react-dom/client';
import type { Channel } from '../protocol/api.ts';
import type { DesktopBridge } from '../protocol/desktop-bridge.ts';
import { showTimesIn } from '../protocol/words/time-zone.ts';
import { App } from './app.tsx';
import { portOpener } from './channel/port-channel.ts';
import { openWebSocket } from './channel/websocket-channel.ts';
import type { Dashboard } from './dashboard-context.tsx';
import { frameScheduler } from './frame-clock.ts';
import { HubClient } from './hub-client.ts';
import { NameLookup } from './name-lookup.ts';
import { login, logoutAll, renewLogin, takeToken } from './browser-login.ts';
import { createPreferences } from './preferences.ts';
import { withKeyNames, withNames } from './publish.ts';
import { remembered } from './remembered.ts';
import { followRoute, parseRoute } from './route.ts';
import { createDashboardStore, patchServer, untilLive } from './store.ts';
import { SharedClock } from './ui/shared-clock.ts';
import { UploadQueue } from './uploads/uploads.ts';

declare global {
  interface Window {
    readonly signalboxDesktop?: DesktopBridge;
  }
}

const RENEW_MS = 12 * 3_600_000;

let token = takeToken(window);
const { signalboxDesktop: desktop, location } = window;
const workspace = remembered('workspace', () => window.localStorage);
const timeZone = remembered('time-zone', () => window.localStorage);
showTimesIn(timeZone.get() === 'utc' ? 'utc' : 'local');
const allWorkspaces = remembered('all-workspaces', () => window.localStorage);
const store = createDashboardStore({
  ...parseRoute(location.hash),
  workspace: workspace.get(),
  isAllWorkspaces: allWorkspaces.get() === 'yes',
});

// The windows of a browser share its cookie: a login in one is a login in all.
const windows = desktop ? undefined : new BroadcastChannel('signalbox.login');

async function loginHere(given: string): Promise<void> {
  await login(given, location);
  windows?.postMessage('logged in');
}

const openPort = desktop && portOpener(desktop, window);

let loggingIn: Promise<void> | undefined;

async function connect(): Promise<Channel> {
  if (openPort) return openPort();
  const fresh = token;
  token = undefined;
  if (fresh !== undefined) {
    loggingIn = loginHere(fresh).finally(() => {
      loggingIn = undefined;
    });
  }
  await loggingIn; // another try may begin meanwhile
  const channel = await openWebSocket(location);
  void renewLogin(location);
  return channel;
}

const client = new HubClient({
  connect,
  store,
  frames: frameScheduler,
  now: Date.now,
  random: Math.random,
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout> | undefined),
});

const dashboard: Dashboard = {
  store,
  client,
  uploads: new UploadQueue({
    endpoint: new URL('/uploads', location.href).href,
    hub: client.api,
    untilLive: () => untilLive(store),
  }),
  names: new NameLookup({
    ask: (ids) => client.api.namedIds({ ids: [...ids] }),
    found: (named) => patchServer(store, withNames(store.getState().server, named)),
    hasName: ({ jobPaths, owners }, id) => id in jobPaths || id in owners,
    setTimeout: (run, ms) => setTimeout(run, ms),
  }),
  keyNames: new NameLookup({
    ask: (keyIds) => client.api.keyNames({ keyIds: [...keyIds] }),
    found: (named) => patchServer(store, withKeyNames(store.getState().server, named)),
    hasName: (named, id) => id in named,
    setTimeout: (run, ms) => setTimeout(run, ms),
  }),
  preferences: createPreferences(remembered('preferences', () => window.localStorage)),
  clock: new SharedClock(() => Date.now() + store.getState().server.clockOffsetMs),
  desktop,
  signIn: async (given) => {
    await loginHere(given);
    client.retryNow();
  },
  signOutBrowsers: () => logoutAll(location),
};

followRoute(store, window, () => performance.now());
store.subscribe(({ ui }, before) => {
  if (ui.isAllWorkspaces !== before.ui.isAllWorkspaces) allWorkspaces.set(ui.isAllWorkspaces ? 'yes' : 'no');
  if (ui.timeZone !== before.ui.timeZone) timeZone.set(ui.timeZone);
  if (ui.workspace !== undefined && ui.workspace !== before.ui.workspace) workspace.set(ui.workspace);
});
window.addEventListener('online', () => client.retryNow());
// Coming back to the page, or a login in another window: try at once.
windows?.addEventListener('message', () => client.retryNow());
window.addEventListener('focus', () => client.retryNow());
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) client.retryNow();
});
// A fresh link opened in a page that is already there only changes its fragment.
window.addEventListener('hashchange', () => {
  const given = takeToken(window);
  if (given !== undefined) void dashboard.signIn(given).catch(() => client.retryNow());
});

// A window that stays open for months stays logged in.
if (!desktop) setInterval(() => void renewLogin(location), RENEW_MS);

client.start();
const root = document.querySelector('#root');
if (root) createRoot(root).render(<App dashboard={dashboard} />);
