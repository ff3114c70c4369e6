import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TimeZone } from '../../../protocol/words/time-zone.ts';
import { useUi } from '../../dashboard-context.tsx';
import { Group } from './group.tsx';

/** Dark, light, or the system's theme; and which clock times are shown by. */
export function Appearance(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const timeZone = useUi((ui) => ui.timeZone);
  const setTimeZone = useUi((ui) => ui.setTimeZone);
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
      <SegmentedControl<TimeZone>
        aria-label="Times"
        data={[
          { value: 'local', label: `Local time (${zoneName()})` },
          { value: 'utc', label: 'UTC' },
        ]}
        value={timeZone}
        onChange={setTimeZone}
      />
    </Group>
  );
}

/** Such as `Europe/Berlin`. */
function zoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
