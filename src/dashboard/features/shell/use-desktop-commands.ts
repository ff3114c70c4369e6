import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { palette } from '../../palette-store.ts';
import type { ScreenDefinition } from '../../screen-registry.ts';

/** Runs the commands of the desktop's native menu: the palette, a theme, a screen by its name. */
export function useDesktopCommands(screens: readonly ScreenDefinition[]): void {
  const { desktop, store } = useDashboard();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(
    () =>
      desktop?.onCommand((command) => {
        const { ui } = store.getState();
        const screen = screens.find(({ key }) => key === command);
        if (command === 'palette') palette.open();
        else if (command === 'theme:dark') setColorScheme('dark');
        else if (command === 'theme:light') setColorScheme('light');
        else if (command === 'theme:system') setColorScheme('auto');
        else if (screen) ui.go(screen.key);
      }),
    [desktop, store, screens, setColorScheme],
  );
}
