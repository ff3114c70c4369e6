import { useRef, type ReactNode } from 'react';
import { useAttention } from '../../attention/use-attention.ts';
import { LoginBanners } from '../../connecting/login-banners.tsx';
import { LoginDialog } from '../../connecting/login-dialog.tsx';
import { ConnectDialog } from '../../connecting/connect-dialog.tsx';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { isUpToDate } from '../../server-slice.ts';
import { useAgentHues } from '../../theme/use-agent-hues.ts';
import { AccessBanners } from './access-banners.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { HelpSheet } from './help-sheet.tsx';
import { Rail } from './rail.tsx';
import { ScreenPane, usePreload } from './screen-pane.tsx';
import styles from './shell.module.css';
import { StatusBar } from './status-bar.tsx';
import { useDesktopCommands } from './use-desktop-commands.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { useStrayClicks } from './use-stray-clicks.ts';
import { WindowDrop } from './window-drop.tsx';

export interface ShellProps {
  readonly screens: readonly ScreenDefinition[];
  readonly inspector: ReactNode;
  /** Overlays, such as the palette. */
  readonly children: ReactNode;
}

/** The frame around every screen. */
export function Shell({ screens, inspector, children }: ShellProps): ReactNode {
  useAgentHues();
  useShortcuts(screens);
  useStrayClicks();
  useDesktopCommands(screens);
  usePreload(screens);
  useAttention();
  const main = useRef<HTMLElement>(null);
  const current = useUi((ui) => ui.screen);
  const isStale = useServer(({ connection }) => !isUpToDate(connection));
  const screen = screens.find(({ key }) => key === current) ?? screens[0];
  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        Skip to the screen
      </button>
      <Rail screens={screens} />
      <div className={styles.middle}>
        <ConnectionBanner />
        <AccessBanners />
        <LoginBanners />
        <div className={styles.panes} data-stale={isStale || undefined}>
          <main ref={main} className={styles.main} tabIndex={-1}>
            {screen && <ScreenPane screen={screen} />}
          </main>
          {inspector}
        </div>
      </div>
      <StatusBar />
      <WindowDrop />
      <HelpSheet screens={screens} />
      <ConnectDialog />
      <LoginDialog />
      {children}
    </div>
  );
}
