import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { desktopPortMessage, type DesktopBridge } from '../src/protocol/desktop-bridge.ts';

// The context bridge cannot pass a port, so it is posted to our own origin.
ipcRenderer.on(desktopPortMessage, (event: IpcRendererEvent) => {
  window.postMessage(desktopPortMessage, window.location.origin, event.ports);
});

const bridge: DesktopBridge = {
  connect: () => ipcRenderer.send('signalbox:connect'),
  // The File is from the page's world, so `instanceof` does not work.
  pathOf: (file) => webUtils.getPathForFile(file as File),
  onCommand: (listener) => {
    const take = (_event: IpcRendererEvent, command: unknown): void => listener(String(command));
    ipcRenderer.on('signalbox:command', take);
    return () => ipcRenderer.off('signalbox:command', take);
  },
  platform: process.platform,
};

contextBridge.exposeInMainWorld('signalboxDesktop', bridge);
