import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { closeBrowser } from './browser.ts';
import { fromTest, toTest } from './test-link.ts';

/** Where the built app lies, as the `--app-path` of Electron's own runner would say. */
const appPath = process.env['STAND_IN_APP_PATH'] ?? process.cwd();
const userData = process.env['STAND_IN_USER_DATA'] ?? join(process.cwd(), 'stand-in');

class App extends EventEmitter {
  readonly isPackaged = false;
  readonly name = 'Signalbox';
  #quitting = false;
  #lock: string | undefined;

  enableSandbox(): void {
    toTest({ sandboxEnabled: true });
  }

  /** Held by a file, as Electron holds a socket or a mutex; whoever holds it hears of the next by a signal. */
  requestSingleInstanceLock(): boolean {
    mkdirSync(userData, { recursive: true });
    const lock = join(userData, 'single-instance');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      process.kill(Number(readFileSync(lock, 'utf8')), 'SIGUSR2');
      return false;
    }
    this.#lock = lock;
    process.on('SIGUSR2', () => this.emit('second-instance'));
    return true;
  }

  whenReady(): Promise<void> {
    return Promise.resolve();
  }

  getAppPath(): string {
    return appPath;
  }

  getPath(name: string): string {
    if (name !== 'userData') throw new Error(`The stand-in knows no path "${name}"`);
    return userData;
  }

  quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => undefined });
    this.emit('will-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) this.exit(0);
  }

  exit(code: number): void {
    if (this.#lock !== undefined) rmSync(this.#lock, { force: true });
    void closeBrowser().then(() => process.exit(code));
  }
}

export const app = new App();

fromTest((message) => {
  if (message === 'quit') app.quit();
});
