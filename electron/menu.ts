import { app, clipboard, Menu, type MenuItemConstructorOptions } from 'electron';
import { screens } from '../src/protocol/screens.ts';

export interface MenuHandlers {
  /** A command for the dashboard: a screen's name, `palette`, `theme:dark` … */
  command(name: string): void;
  /** Where agents connect. */
  readonly address: string;
}

/** The native menu: the platform's own entries, and the dashboard's screens. */
export function setMenu({ command, address }: MenuHandlers): void {
  const isMac = process.platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => command('settings'),
  };
  const copyAddress: MenuItemConstructorOptions = {
    label: `Copy Address (${address})`,
    click: () => void clipboard.writeText(address),
  };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [appMenu(settings)] : []),
    {
      label: '&File',
      submenu: [
        copyAddress,
        { type: 'separator' },
        ...(isMac
          ? [{ role: 'close' } as const]
          : [settings, { type: 'separator' } as const, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        {
          label: 'Command Palette…',
          accelerator: 'CmdOrCtrl+K',
          click: () => command('palette'),
          registerAccelerator: false,
        },
        { type: 'separator' },
        ...screenItems(command),
        { type: 'separator' },
        {
          label: 'Theme',
          submenu: (['dark', 'light', 'system'] as const).map((theme) => ({
            label: theme.charAt(0).toUpperCase() + theme.slice(1),
            click: () => command(`theme:${theme}`),
          })),
        },
        { type: 'separator' },
        { role: 'reload' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

/** The screens, by number as far as there are digits. Settings stand where the platform looks for them. */
function screenItems(command: MenuHandlers['command']): MenuItemConstructorOptions[] {
  return screens
    .filter(({ key }) => key !== 'settings')
    .map(({ key, title }, n) => ({
      label: title,
      ...(n < 9 && { accelerator: `CmdOrCtrl+${n + 1}` }),
      click: () => command(key),
    }));
}

function appMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: app.name,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}
