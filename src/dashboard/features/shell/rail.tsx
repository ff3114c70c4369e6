import type { ReactNode } from 'react';
import { useServer, useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import type { ServerSlice } from '../../server-slice.ts';
import type { ScreenKey } from '../../ui-slice.ts';
import styles from './rail.module.css';
import { WorkspaceSwitch } from './workspace-switch.tsx';

/** The list of screens, and the selected workspace. */
export function Rail({ screens }: { screens: readonly ScreenDefinition[] }): ReactNode {
  const current = useUi(({ screen }) => screen);
  const go = useUi((ui) => ui.go);
  return (
    <nav className={styles.rail} aria-label="Screens">
      <WorkspaceSwitch />
      <ul className={styles.screens}>
        {screens.map(({ key, label, icon: Icon, letter }) => (
          <li key={key}>
            <button
              type="button"
              className={styles.screen}
              aria-current={key === current ? 'page' : undefined}
              title={`${label} (g ${letter})`}
              onClick={() => go(key)}
            >
              <Icon size={15} strokeWidth={1.75} aria-hidden />
              <span className={styles.label}>{label}</span>
              <RailCount screen={key} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The present count of a screen's things, for screens where it is useful. */
function RailCount({ screen }: { screen: ScreenKey }): ReactNode {
  const count = useServer((server) => countOf(server, screen));
  return count > 0 ? <span className={styles.count}>{count}</span> : null;
}

function countOf(server: ServerSlice, screen: ScreenKey): number {
  switch (screen) {
    case 'sessions':
      return server.sessions.size;
    case 'locks':
      return server.locks.size;
    case 'jobs':
      return server.jobs.size;
    case 'overview':
    case 'files':
    case 'audit':
    case 'keys':
    case 'settings':
      return 0;
    default:
      return screen satisfies never;
  }
}
