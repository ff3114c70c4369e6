/**
 * What the desktop's preload script gives the dashboard as `window.signalboxDesktop`; absent in
 * a browser. The renderer has no other way to the desktop.
 */
export interface DesktopBridge {
  /**
   * Asks the main process for a channel to the hub. It arrives as a `message` event on `window`
   * with `data === desktopPortMessage`, same origin, and a MessagePort as `ports[0]`. Each call
   * gives a new port and closes the one before.
   */
  connect(): void;
  /** Where a dropped file lies on this machine; `''` for one that is not on a disk. */
  pathOf(file: unknown): string;
  /** Commands of the native menu: `palette`, `theme`, or a screen's name. Returns the unsubscribe. */
  onCommand(listener: (command: string) => void): () => void;
  /** Node's name of the platform: `darwin`, `win32`, `linux`. */
  readonly platform: string;
}

export const desktopPortMessage = 'signalbox:port';

/** What the page says on its port now and then: so many characters of the hub's messages it has taken since. */
export interface PortReceipt {
  readonly took: number;
}
