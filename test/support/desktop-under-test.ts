import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test';
import { findElectron } from '../../src/cli/launch/electron-binary.mjs';
import { freePort } from './free-port.ts';
import { MessageWaiter } from './message-waiter.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = path.join(root, 'out/electron/main.js');

declare global {
  /** In Electron's main process: what was handed to the person's browser. */
  var openedOutside: string[];
}

export interface WebPreferences {
  readonly sandbox?: boolean;
  readonly contextIsolation?: boolean;
  readonly nodeIntegration?: boolean;
  readonly webviewTag?: boolean;
}

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a person sees of the window. A new one lies where the system puts it. */
export interface WindowNow {
  readonly bounds: Pick<Bounds, 'width' | 'height'> & Partial<Bounds>;
  readonly isSeen: boolean;
  readonly isFocused: boolean;
}

/** The built desktop app in a data directory of its own, whichever Electron runs it. */
export interface DesktopUnderTest {
  readonly runsOn: string;
  readonly page: Page;
  readonly dataDir: string;
  /** The folder of it all; another start in it finds what this one left. */
  readonly dir: string;
  windowNow(): Promise<WindowNow>;
  moveWindow(bounds: Bounds): Promise<void>;
  minimizeWindow(): Promise<void>;
  webPreferences(): Promise<WebPreferences>;
  /** Addresses that were handed to the person's browser so far. */
  openedOutside(): Promise<readonly string[]>;
  isGranted(permission: string): Promise<boolean>;
  clickMenu(label: string): Promise<void>;
  /** Says where a file that the page is about to be given lies. The real Electron knows by itself. */
  layFile(name: string, file: string): Promise<void>;
  /** Ends the app as its menu does; resolves with its exit code. */
  quit(): Promise<number | null>;
  /** Starts a second one on the same profile; resolves with its exit code. */
  startSecond(): Promise<number | null>;
  dispose(): Promise<void>;
}

export function newDesktopDir(): string {
  return mkdtempSync(path.join(tmpdir(), 'signalbox-desktop-'));
}

/** Starts it on Electron where its binary and a display are there, else on the stand-in. */
export async function startDesktop(dir: string): Promise<DesktopUnderTest> {
  const electron = findElectron(root);
  const hasDisplay = process.platform !== 'linux' || process.env['DISPLAY'] !== undefined;
  return electron !== undefined && hasDisplay ? await startElectron(electron, dir) : await startStandIn(dir);
}

/** Starts it where no window can be opened; resolves with its exit code. Only the stand-in can be made to fail. */
export async function startWithoutWindow(dir: string): Promise<number | null> {
  const child = forkStandIn(dir, 0, { STAND_IN_FAILS: 'window' });
  return await new Promise((resolve) => child.once('exit', resolve));
}

async function startElectron(executablePath: string, dir: string): Promise<DesktopUnderTest> {
  const dataDir = path.join(dir, 'data');
  const args = [root, '--port', '0', '--data-dir', dataDir, `--user-data-dir=${path.join(dir, 'profile')}`];
  const app: ElectronApplication = await _electron.launch({ executablePath, args, cwd: root });
  const page = await app.firstWindow();
  await app.evaluate(({ shell }) => {
    globalThis.openedOutside = [];
    shell.openExternal = async (url) => void globalThis.openedOutside.push(url);
  });
  const child = app.process();
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    runsOn: `Electron ${await app.evaluate(() => process.versions['electron'])}`,
    page,
    dataDir,
    dir,
    windowNow: async () =>
      await app.evaluate(({ BrowserWindow }) => {
        const [window] = BrowserWindow.getAllWindows();
        if (!window) throw new Error('There is no window');
        const isSeen = window.isVisible() && !window.isMinimized();
        return { bounds: window.getNormalBounds(), isSeen, isFocused: window.isFocused() };
      }),
    moveWindow: async (bounds) =>
      await app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds),
    minimizeWindow: async () => await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize()),
    webPreferences: async () =>
      await app.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0];
        const contents = window?.webContents as unknown as { getLastWebPreferences(): object };
        return JSON.parse(JSON.stringify(contents.getLastWebPreferences())) as WebPreferences;
      }),
    openedOutside: async () => await app.evaluate(() => globalThis.openedOutside),
    isGranted: async (permission) =>
      await page.evaluate(async (name) => {
        const status = await navigator.permissions.query({ name: name as PermissionName });
        return status.state === 'granted';
      }, permission),
    clickMenu: async (label) => {
      await app.evaluate(({ Menu, BrowserWindow }, wanted) => {
        const find = (menu: Electron.Menu): Electron.MenuItem | undefined => {
          for (const item of menu.items) {
            const found = item.label === wanted ? item : item.submenu && find(item.submenu);
            if (found) return found;
          }
          return undefined;
        };
        const menu = Menu.getApplicationMenu();
        if (menu) find(menu)?.click(undefined, BrowserWindow.getAllWindows()[0]);
      }, label);
    },
    layFile: () => Promise.resolve(),
    quit: async () => {
      await app.evaluate(({ app: running }) => running.quit());
      return await exited;
    },
    startSecond: async () => {
      const second = fork(root, args.slice(1), { execPath: executablePath, stdio: 'ignore' });
      return await new Promise((resolve) => second.once('exit', resolve));
    },
    dispose: async () => {
      if (child.exitCode === null) await app.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function forkStandIn(dir: string, debugPort: number, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return fork(main, ['--port', '0', '--data-dir', path.join(dir, 'data')], {
    execArgv: ['--import', path.join(root, 'test/support/electron-stand-in/register.mjs')],
    env: {
      ...process.env,
      STAND_IN_APP_PATH: root,
      STAND_IN_USER_DATA: path.join(dir, 'profile'),
      STAND_IN_DEBUG_PORT: String(debugPort),
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function startStandIn(dir: string): Promise<DesktopUnderTest> {
  const debugPort = await freePort();
  const child = forkStandIn(dir, debugPort);
  const facts = new Facts(child);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const { browser: version } = await facts.next('browser');
  await facts.next('shown');
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debugPort}`);
  const page = browser.contexts().flatMap((context) => context.pages())[0];
  if (!page) throw new Error('The stand-in opened no window');
  let asked = 0;
  return {
    runsOn: `a stand-in for Electron, with Chromium ${String(version)}`,
    page,
    dataDir: path.join(dir, 'data'),
    dir,
    windowNow: async () => {
      asked += 1;
      const mine = asked;
      child.send({ asked: mine });
      return (await facts.next('windowNow', (fact) => fact['asked'] === mine))['windowNow'] as WindowNow;
    },
    moveWindow: (bounds) => {
      child.send({ move: bounds });
      return Promise.resolve();
    },
    minimizeWindow: () => {
      child.send({ minimize: true });
      return Promise.resolve();
    },
    webPreferences: async () => {
      const { window } = await facts.next('window');
      return (window as { webPreferences: WebPreferences }).webPreferences;
    },
    openedOutside: () => Promise.resolve(facts.all('openedOutside').map((fact) => String(fact['openedOutside']))),
    isGranted: async (permission) => {
      child.send({ permission });
      const answer = await facts.next('permission', (fact) => fact['permission'] === permission);
      return answer['granted'] === true || answer['checked'] === true || answer['device'] === true;
    },
    clickMenu: (label) => {
      child.send({ menuItem: label });
      return Promise.resolve();
    },
    layFile: async (name, file) => {
      await page.evaluate(
        ([fileName, filePath]) => {
          globalThis.__standInPaths = { ...globalThis.__standInPaths, [String(fileName)]: String(filePath) };
        },
        [name, file],
      );
    },
    quit: async () => {
      child.send('quit');
      return await exited;
    },
    startSecond: async () => {
      const second = forkStandIn(dir, debugPort);
      return await new Promise((resolve) => second.once('exit', resolve));
    },
    dispose: async () => {
      if (child.exitCode === null) {
        child.send('quit');
        await exited;
      }
      await browser.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Fact = Readonly<Record<string, unknown>>;

/** What the stand-in reported, kept, so that nobody has to be listening at the right moment. */
class Facts {
  readonly #facts: Fact[] = [];
  readonly #waiter = new MessageWaiter();

  constructor(child: ChildProcess) {
    child.on('message', (fact) => {
      this.#facts.push(fact as Fact);
      this.#waiter.changed();
    });
  }

  all(name: string): readonly Fact[] {
    return this.#facts.filter((fact) => name in fact);
  }

  async next(name: string, fits: (fact: Fact) => boolean = () => true): Promise<Fact> {
    return await this.#waiter.until(() => this.#facts.find((fact) => name in fact && fits(fact)));
  }
}

/** Where the running app's hub listens and what opens its dashboard's API, from its lock file. */
export function hubOf(dataDir: string): { url: string; adminToken: string } {
  return JSON.parse(readFileSync(path.join(dataDir, 'hub.lock'), 'utf8')) as { url: string; adminToken: string };
}
