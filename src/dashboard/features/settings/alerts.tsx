import { Checkbox, NumberInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { alertRuleNames, alertRules, MOST_OF_ALERT, type AlertRuleName } from '../../alerts/alert-rules.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Group } from './group.tsx';
import styles from './settings.module.css';

/** What counts as stuck or broken: each rule can be switched off, and its number set. */
export function AlertSettings(): ReactNode {
  return (
    <Group
      title="Alerts"
      about="What counts as stuck or broken. How many there are is in the bar at the bottom; what failed is over ten minutes after its last time."
    >
      <div className={styles.alerts} role="group" aria-label="What counts as stuck or broken">
        {alertRuleNames.map((rule) => (
          <RuleLine key={rule} rule={rule} />
        ))}
      </div>
    </Group>
  );
}

function RuleLine({ rule }: { readonly rule: AlertRuleName }): ReactNode {
  const { preferences } = useDashboard();
  const choices = useStore(preferences, ({ alerts }) => alerts);
  const { title, unit, usual, ...more } = alertRules[rule];
  const { isOn, number } = choices[rule] ?? { isOn: true, number: usual };
  const choose = (to: { readonly isOn?: boolean; readonly number?: number }): void =>
    preferences.setState({ alerts: { ...choices, [rule]: { isOn, number, ...to } } });
  return (
    <>
      <Checkbox
        label={title}
        description={'note' in more ? more.note : undefined}
        checked={isOn}
        onChange={(event) => choose({ isOn: event.currentTarget.checked })}
      />
      <NumberInput
        aria-label={`${title}, ${unit}`}
        size="xs"
        hideControls
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="blur"
        min={1}
        max={MOST_OF_ALERT}
        disabled={!isOn}
        value={number}
        onChange={(value) => {
          if (typeof value === 'number' && value >= 1 && value <= MOST_OF_ALERT) choose({ number: value });
        }}
      />
      <span className={styles.unit}>{unit}</span>
    </>
  );
}
