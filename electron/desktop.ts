import { join } from 'node:path';
import { app, type BrowserWindow } from 'electron';
import type { HubServer } from '../src/server/hub-server.ts';
import { startHub } from '../src/server/start.ts';
import { serveApp } from './app-protocol.ts';
import { serveBridge } from './channel-ports.ts';
import { openDiagnostics } from './log.ts';
import { startJobProcess } from './utility-process.ts';
import { setMenu } from './menu.ts';
import type { DesktopOptions } from './desktop-options.ts';
import { denyPermissions } from './permissions.ts';
import { launchSampleAgents } from './sample-agents-process.ts';
import { openWindow } from './window.ts';

/** The hub in the main process, and the window that shows it. */
export class Desktop {
  readonly #hub: HubServer;
  readonly #stopBridge: () => void;
  #window: BrowserWindow | undefined;

  private constructor(hub: HubServer) {
    this.#hub = hub;
    this.#stopBridge = serveBridge(hub);
    this.show();
  }

  /**
   * Brings up the hub, then the window. Throws the HubError of {@link startHub}: `port_in_use`,
   * `data_dir_held`, `data_dir_unwritable`, `log_corrupt`, `log_newer`.
   */
  static async start({ port, dataDir }: DesktopOptions): Promise<Desktop> {
    const hub = await startHub({
      port,
      ...(dataDir === undefined ? {} : { dataDir }),
      dashboardDir: join(app.getAppPath(), 'out/dashboard'),
      importPaths: true,
      logger: openDiagnostics(),
      sampleAgents: launchSampleAgents,
      startJobProcess,
    });
    try {
      serveApp(hub.fetch);
      denyPermissions();
      const desktop = new Desktop(hub);
      setMenu({ command: (name) => desktop.command(name), address: hub.url });
      return desktop;
    } catch (error) {
      // Agents may be connected already, and the data directory is held until the hub gives it back.
      await hub.close();
      throw error;
    }
  }

  /** Brings the window to the front, anew if it was closed. */
  show(): void {
    if (!this.#window) {
      const window = openWindow();
      window.on('closed', () => (this.#window = undefined));
      this.#window = window;
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  /** Passes a menu command to the dashboard. */
  command(name: string): void {
    this.show();
    this.#window?.webContents.send('signalbox:command', name);
  }

  /** Ends the channels, then the hub: its streams, its jobs, its log. */
  async close(): Promise<void> {
    this.#stopBridge();
    await this.#hub.close();
  }
}
