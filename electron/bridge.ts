import { ipcMain, MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron';
import type { Channel } from '../src/protocol/api.ts';
import { desktopPortMessage } from '../src/protocol/desktop.ts';
import type { HubServer } from '../src/server/start.ts';
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
    const channel = channelOn(port1);
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

function channelOn(port: MessagePortMain): Channel {
  port.start();
  return {
    post: (message) => port.postMessage(message),
    on: (listener) => {
      const take = (event: { data: unknown }): void => listener(event.data);
      port.on('message', take);
      return () => port.off('message', take);
    },
    onClose: (listener) => {
      const closed = (): void => listener('port_closed');
      port.on('close', closed);
      return () => port.off('close', closed);
    },
    close: () => port.close(),
  };
}
