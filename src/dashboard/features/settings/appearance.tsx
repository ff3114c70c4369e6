import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { TimeZone } from '../../../protocol/words/time-zone.ts';
import { useDashboard, useUi } from '../../dashboard-context.tsx';
import type { Density } from '../../preferences.ts';
import { Group } from './group.tsx';

/** Dark, light, or the system's theme; which clock times are shown by; and how tall the lines of lists are. */
export function Appearance(): ReactNode {
  const { preferences } = useDashboard();
  const density = useStore(preferences, (chosen) => chosen.density);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const timeZone = useUi((ui) => ui.timeZone);
  const setTimeZone = useUi((ui) => ui.setTimeZone);
  return (
    <Group
      title="Appearance"
      about="The theme, the clock that times are shown by, and how tall the lines of lists are. Kept in this browser."
    >
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
      <SegmentedControl<TimeZone>
        aria-label="Times"
        data={[
          { value: 'local', label: `Local time (${zoneName()})` },
          { value: 'utc', label: 'UTC' },
        ]}
        value={timeZone}
        onChange={setTimeZone}
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

/** Such as `Europe/Berlin`. */
function zoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
