import { Suspense, type ReactNode } from 'react';
import { ConnectDialog } from '../../connect/connect-dialog.tsx';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { useAgentHues } from '../../theme/use-agent-hues.ts';
import { PageLoader } from '../../ui/states.tsx';
import { AccessBanners } from './access-banners.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { HelpSheet } from './help-sheet.tsx';
import { Rail } from './rail.tsx';
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
  const current = useUi((ui) => ui.screen);
  const isStale = useServer(({ connection }) => connection.status !== 'live');
  const View = (screens.find(({ key }) => key === current) ?? screens[0])?.view;
  return (
    <div className={styles.shell}>
      <Rail screens={screens} />
      <div className={styles.middle}>
        <ConnectionBanner />
        <AccessBanners />
        <div className={styles.panes} data-stale={isStale || undefined}>
          <main className={styles.main}>
            <ErrorBoundary resetKey={current}>
              <Suspense fallback={<PageLoader />}>{View && <View />}</Suspense>
            </ErrorBoundary>
          </main>
          {inspector}
        </div>
      </div>
      <StatusBar />
      <WindowDrop />
      <HelpSheet screens={screens} />
      <ConnectDialog />
      {children}
    </div>
  );
}
