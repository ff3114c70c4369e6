import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Frame, Page, Request as PageRequest } from 'playwright-core';
import { app } from './app.ts';
import { theBrowser } from './browser.ts';
import { ipcMain } from './ipc-main.ts';
import type { MessagePortMain } from './message-channel.ts';
import { preloadScript, type Parcel } from './preload-script.ts';
import { carrier } from './protocol.ts';
import { fromTest, toTest } from './test-link.ts';

interface Bounds {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

interface Options extends Bounds {
  readonly webPreferences: Record<string, unknown> & { readonly preload: string };
}

type OpenHandler = (details: { url: string }) => { action: 'deny' | 'allow' };

let nextId = 1;
const windows = new Set<BrowserWindow>();

class WebContents extends EventEmitter {
  readonly id = nextId++;
  readonly page: Promise<Page>;
  openHandler: OpenHandler | undefined;
  readonly #ports = new Map<number, MessagePortMain>();

  constructor(page: Promise<Page>) {
    super();
    this.page = page;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.#toPage({ channel, args });
  }

  postMessage(channel: string, message: unknown, ports: readonly MessagePortMain[]): void {
    const ids = ports.map((port) => this.#carry(port));
    this.#toPage({ channel, args: [message], ports: ids });
  }

  /** What the page posted into the port that it was given. */
  fromPort(id: number, message: unknown): void {
    this.#ports.get(id)?.postMessage(message);
  }

  /** A page that is gone takes its ports with it. */
  closePorts(): void {
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  #carry(port: MessagePortMain): number {
    const id = nextId++;
    this.#ports.set(id, port);
    port.on('message', ({ data }: { data: unknown }) => this.#toPage({ port: id, data }));
    port.on('close', () => this.#toPage({ port: id, closed: true }));
    port.start();
    return id;
  }

  #toPage(parcel: Parcel): void {
    void this.page
      .then(async (page) => {
        await page.evaluate((given) => globalThis.__standIn.take(given), parcel);
      })
      .catch((error: unknown) => toTest({ lost: String(error) })); // the page went away meanwhile
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  #bounds: Bounds;
  #visible = false;
  #focused = false;
  #minimized = false;

  constructor(options: Options) {
    super();
    if (process.env['STAND_IN_FAILS'] === 'window') throw new Error('No window can be opened here');
    const { webPreferences, x, y, width, height } = options;
    this.#bounds = { width, height, ...(x === undefined || y === undefined ? {} : { x, y }) };
    toTest({ window: { webPreferences } });
    this.webContents = new WebContents(this.#open(options));
    windows.add(this);
    // Windows are closed between the two events of a quitting app.
    app.once('before-quit', () => this.emit('close'));
    fromTest((message) => this.#ask(message as { asked?: number; move?: Bounds; minimize?: true }));
  }

  /** What a person would do to the window, or see of it. */
  #ask({ asked, move, minimize }: { asked?: number; move?: Bounds; minimize?: true }): void {
    if (move) this.#bounds = move;
    if (minimize) [this.#minimized, this.#focused] = [true, false];
    if (asked === undefined) return;
    const isSeen = this.#visible && !this.#minimized;
    toTest({ asked, windowNow: { bounds: this.#bounds, isSeen, isFocused: isSeen && this.#focused } });
  }

  async loadURL(url: string): Promise<void> {
    const page = await this.webContents.page;
    await page.goto(url.replace('app://signalbox', await carrier()));
    this.emit('ready-to-show');
  }

  async #open({ width, height, webPreferences }: Options): Promise<Page> {
    const [browser, origin] = await Promise.all([theBrowser(), carrier()]);
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    const asApp = (url: string): string => url.replace(origin, 'app://signalbox');
    await page.exposeBinding('__standInSend', (source, parcel: Parcel) => {
      if (parcel.fresh === true) return this.webContents.closePorts();
      if (parcel.port !== undefined) return this.webContents.fromPort(parcel.port, parcel.data);
      const senderFrame = { url: asApp(source.frame.url()), parent: source.frame.parentFrame() };
      ipcMain.emit(String(parcel.channel), { sender: this.webContents, senderFrame }, ...(parcel.args ?? []));
    });
    await page.addInitScript(preloadScript(readFileSync(webPreferences.preload, 'utf8')));
    // Navigation and new windows are asked of the app first, as Electron asks.
    await context.route('**/*', async (route) => {
      const request = route.request();
      if (!request.isNavigationRequest()) return await route.continue();
      const frame = frameOf(request);
      if (frame && frame.page() === page && frame !== page.mainFrame()) return await route.continue();
      if (frame !== page.mainFrame()) {
        this.webContents.openHandler?.({ url: asApp(request.url()) });
        return await route.abort('aborted');
      }
      let prevented = false;
      const event = { url: asApp(request.url()), preventDefault: () => (prevented = true) };
      this.webContents.emit('will-navigate', event);
      return prevented ? await route.abort('aborted') : await route.continue();
    });
    // A new window goes when its request was refused, not before the app was asked.
    context.on('page', (popup) => {
      const refused = popup.waitForEvent('requestfailed', { timeout: 5_000 });
      void refused.catch(() => undefined).then(async () => await popup.close());
    });
    page.on('close', () => this.#closed());
    return page;
  }

  #closed(): void {
    this.emit('close');
    windows.delete(this);
    this.webContents.closePorts();
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }

  show(): void {
    this.#visible = true;
    toTest({ shown: true });
  }
  focus(): void {
    this.#focused = true;
  }
  maximize(): void {
    toTest({ maximized: true });
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  restore(): void {
    this.#minimized = false;
  }
  isMaximized(): boolean {
    return false;
  }
  getNormalBounds(): { x: number; y: number; width: number; height: number } {
    const { x = 0, y = 0, width, height } = this.#bounds;
    return { x, y, width, height };
  }
}

/** The frame of a request; a window's very first request has none yet. */
function frameOf(request: PageRequest): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}
