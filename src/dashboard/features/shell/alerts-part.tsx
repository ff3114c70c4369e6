import { ActionIcon, Popover } from '@mantine/core';
import { TriangleAlert, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { Alert } from '../../alerts/find-alerts.ts';
import { useAlerts } from '../../alerts/use-alerts.ts';
import { useUi } from '../../dashboard-context.tsx';
import { counted } from '../../../protocol/words/units.ts';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { TimeAgo } from '../../ui/times.tsx';
import styles from './alerts-part.module.css';

/** Alerts that the list shows at most, so that a flood of them stays quick. */
const MOST_SHOWN = 100;

/** How many things are stuck or broken, in the status bar; a click lists them, and a row opens its thing. */
export function AlertsPart(): ReactNode {
  const { alerts, dismiss } = useAlerts();
  const [isOpen, setOpen] = useState(false);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const open = ({ screen, opens }: Alert): void => {
    setOpen(false);
    go(screen);
    select(opens);
  };
  const label = alerts.length === 0 ? 'No alerts' : counted(alerts.length, 'alert');
  return (
    <Popover position="top-end" trapFocus opened={isOpen} onChange={setOpen} width={460}>
      <Popover.Target>
        <button
          type="button"
          className={styles.badge}
          data-some={alerts.length > 0 || undefined}
          aria-label={label}
          title="What is stuck or broken now"
          onClick={() => setOpen(!isOpen)}
        >
          <TriangleAlert size={13} aria-hidden /> {label}
        </button>
      </Popover.Target>
      <Popover.Dropdown className={styles.drop}>
        {isOpen && (
          <AlertList
            alerts={alerts}
            open={open}
            dismiss={dismiss}
            goToSettings={() => (setOpen(false), go('settings'))}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

interface AlertListProps {
  readonly alerts: readonly Alert[];
  readonly open: (alert: Alert) => void;
  readonly dismiss: (id: string) => void;
  readonly goToSettings: () => void;
}

function AlertList({ alerts, open, dismiss, goToSettings }: AlertListProps): ReactNode {
  const more = alerts.length - MOST_SHOWN;
  return (
    <>
      <div className={styles.head}>
        <h2>Alerts</h2>
        <button type="button" className={styles.quiet} onClick={goToSettings}>
          Choose what counts
        </button>
      </div>
      {alerts.length === 0 && <p className={styles.none}>Nothing is stuck, and nothing fails again and again.</p>}
      <ul aria-label="Alerts" className={styles.list}>
        {alerts.slice(0, MOST_SHOWN).map((alert) => (
          <li key={alert.id} className={styles.row}>
            <button type="button" className={styles.open} onClick={() => open(alert)}>
              <span className={styles.words}>
                {alert.agent !== undefined && <AgentChip agent={alert.agent} plain />} {alert.words}
              </span>
              <span className={styles.since}>
                <TimeAgo at={alert.since} />
              </span>
            </button>
            <ActionIcon
              size={20}
              aria-label="Dismiss"
              title="Leave it out while it lasts"
              onClick={() => dismiss(alert.id)}
            >
              <X size={13} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {more > 0 && <p className={styles.none}>And {counted(more, 'more', 'more')}.</p>}
    </>
  );
}
