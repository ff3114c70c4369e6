import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { DashboardProvider, useServer, useUi, type Dashboard } from './dashboard-context.tsx';
import { Inspector } from './features/inspector/inspector.tsx';
import { CommandPalette } from './features/palette/palette.tsx';
import { ErrorBoundary } from './features/shell/error-boundary.tsx';
import { LoginScreen } from './features/shell/login-screen.tsx';
import { OutdatedScreen } from './features/shell/outdated-screen.tsx';
import { Shell } from './features/shell/shell.tsx';
import { inspectors } from './inspectors.ts';
import { screenDefinitions } from './screen-views.ts';
import { cssVariables, theme } from './theme/theme.ts';
import { PageLoader } from './ui/states.tsx';

const colorScheme = localStorageColorSchemeManager({ key: 'signalbox.theme' });

const aboveTheStatusBar = { root: { marginBottom: 28 } } as const;

/** The whole dashboard: the theme around it, and which of its faces the connection asks for. */
export function App({ dashboard }: { dashboard: Dashboard }): ReactNode {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <DashboardProvider value={dashboard}>
        <ErrorBoundary>
          <Face />
        </ErrorBoundary>
        <Notifications position="bottom-right" limit={4} role="status" styles={aboveTheStatusBar} />
      </DashboardProvider>
    </MantineProvider>
  );
}

function Face(): ReactNode {
  const status = useServer(({ connection }) => connection.status);
  // All times are drawn again in another zone.
  const timeZone = useUi((ui) => ui.timeZone);
  const isKnown = useServer(({ hub }) => hub !== undefined);
  if (status === 'unauthorized') return <LoginScreen />;
  if (status === 'outdated') return <OutdatedScreen />;
  if (!isKnown && status === 'connecting') return <PageLoader label="Connecting to the hub" />;
  return (
    <Shell key={timeZone} screens={screenDefinitions} inspector={<Inspector inspectors={inspectors} />}>
      <CommandPalette screens={screenDefinitions} />
    </Shell>
  );
}
