/**
 * The built preload, wrapped so that its `require('electron')` gets a stand-in that talks to the
 * main process through the page's bindings. It runs in the page's own world: isolation is what
 * only the real Electron can show.
 */
export function preloadScript(built: string): string {
  return `(() => {
  if (window !== window.top) return;
  (${rendererSide.toString()})();
  const exports = {};
  const module = { exports };
  const require = (name) => {
    if (name === 'electron') return globalThis.__standIn.electron;
    throw new Error('A sandboxed preload can only require electron, not ' + name);
  };
  const process = { platform: ${JSON.stringify(process.platform)} };
  ((exports, module, require, process) => {${built}
  })(exports, module, require, process);
})();`;
}

/** What goes between the page and the main process. */
export interface Parcel {
  channel?: string;
  args?: unknown[];
  ports?: number[];
  port?: number;
  data?: unknown;
  closed?: boolean;
  fresh?: boolean;
}

declare global {
  /** In the page: takes a parcel to the main process. */
  var __standInSend: (parcel: Parcel) => Promise<void>;
  /** In the page: takes one from there, and what the preload gets for `electron`. */
  var __standIn: { take(parcel: Parcel): void; electron: object };
  /** In the page: where the files lie that a test drops, by name. Chromium tells a page no paths. */
  var __standInPaths: Record<string, string> | undefined;
}

/** Runs in the page. Self-contained: it is sent there as text. */
function rendererSide(): void {
  type Listener = (event: { ports: MessagePort[] }, ...args: unknown[]) => void;
  const listeners = new Map<string, Set<Listener>>();
  const ports = new Map<number, MessagePort>();
  const open = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port1);
    port1.addEventListener('message', ({ data }) => void globalThis.__standInSend({ port: id, data: data as unknown }));
    port1.start();
    return port2;
  };
  const take = (parcel: Parcel): void => {
    if (parcel.port !== undefined) {
      const port = ports.get(parcel.port);
      if (parcel.closed) port?.close();
      else port?.postMessage(parcel.data);
      return;
    }
    const event = { ports: (parcel.ports ?? []).map(open) };
    for (const listener of listeners.get(String(parcel.channel)) ?? []) listener(event, ...(parcel.args ?? []));
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: unknown): void => {
        Object.assign(globalThis, { [name]: api });
      },
    },
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]): void => void globalThis.__standInSend({ channel, args }),
      on: (channel: string, listener: Listener): void => {
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      },
      off: (channel: string, listener: Listener): void => void listeners.get(channel)?.delete(listener),
    },
    webUtils: {
      getPathForFile: (file: File): string => globalThis.__standInPaths?.[file.name] ?? '',
    },
  };
  globalThis.__standIn = { take, electron };
  // The page that was here before is gone, and its ports with it.
  void globalThis.__standInSend({ fresh: true });
}
