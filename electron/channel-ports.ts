import { ipcMain, MessageChannelMain, type IpcMainEvent } from 'electron';
import { desktopPortMessage } from '../src/protocol/desktop-bridge.ts';
import { DesktopChannel } from '../src/server/desk/channel/desktop-channel.ts';
import type { HubServer } from '../src/server/hub-server.ts';
import { isDashboard } from './app-page.ts';

/**
 * Gives a MessagePort to the hub to each dashboard that asks for one. A page that asks again (a reload, a
 * restored connection) gets a new port, and its old one is closed. Returns the stop.
 */
export function serveBridge(hub: Pick<HubServer, 'api'>): () => void {
  const served = new Map<number, () => void>();

  const connect = (event: IpcMainEvent): void => {
    if (!isDashboard(event.senderFrame)) return;
    const page = event.sender;
    served.get(page.id)?.();

    const { port1, port2 } = new MessageChannelMain();
    const channel = new DesktopChannel(port1);
    const stopServing = hub.api(channel);
    const stop = (): void => {
      served.delete(page.id);
      stopServing();
      channel.close();
    };
    served.set(page.id, stop);
    channel.onClose(() => {
      if (served.get(page.id) === stop) stop();
    });
    page.postMessage(desktopPortMessage, null, [port2]);
  };

  ipcMain.on('signalbox:connect', connect);
  return () => {
    ipcMain.off('signalbox:connect', connect);
    for (const stop of [...served.values()]) stop();
  };
}
