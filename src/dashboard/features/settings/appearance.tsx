import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useDashboard } from '../../dashboard-context.tsx';
import type { Density } from '../../preferences.ts';
import { Group } from './group.tsx';

/** Dark, light, or the system's theme; and how tall the lines of lists are. */
export function Appearance(): ReactNode {
  const { preferences } = useDashboard();
  const density = useStore(preferences, (chosen) => chosen.density);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group title="Appearance" about="The theme, and how tall the lines of lists are. Kept in this browser.">
      <SegmentedControl<MantineColorScheme>
        aria-label="Theme"
        data={[
          { value: 'auto', label: 'As the system' },
          { value: 'dark', label: 'Dark' },
          { value: 'light', label: 'Light' },
        ]}
        value={colorScheme}
        onChange={setColorScheme}
      />
      <SegmentedControl<Density>
        aria-label="Lines in lists"
        data={[
          { value: 'compact', label: 'Compact' },
          { value: 'regular', label: 'Regular' },
          { value: 'roomy', label: 'Roomy' },
        ]}
        value={density}
        onChange={(to) => preferences.setState({ density: to })}
      />
    </Group>
  );
}
