import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { Group } from './group.tsx';

/** Dark, light, or the system's theme. */
export function Appearance(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Group title="Appearance" about="Kept in this browser.">
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
    </Group>
  );
}
