// oxlint-disable signalbox/no-barrels -- what it stands in for is one module with all of this in it
/**
 * Stands in for the `electron` module where its binary is not installed: the same calls, with a
 * real Chromium for the windows. Only what electron/ uses is here; anything else is missing, so
 * that a new use fails loudly. What it cannot show: the renderer's process sandbox, the isolated
 * world of the preload, and native menus and dialogs on a screen.
 */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ipcMain } from './ipc-main.ts';
export { MessageChannelMain } from './message-channel.ts';
export { clipboard, dialog, Menu, nativeTheme, screen, session, shell } from './desktop-parts.ts';
export { protocol } from './protocol.ts';
export { utilityProcess } from './utility-process.ts';
