import type { ReactNode } from 'react';
import { formatCount } from '../../../protocol/words/units.ts';
import { useScope, useServer, useUi } from '../../dashboard-context.tsx';
import type { ScreenDefinition } from '../../screen-registry.ts';
import { useSilent } from '../../ui/use-silent.ts';
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
        {screens.map(({ key, title, icon: Icon, shortcut, count }) => (
          <li key={key}>
            <button
              type="button"
              className={styles.screen}
              aria-current={key === current ? 'page' : undefined}
              title={`${title} (g ${shortcut})`}
              onClick={() => go(key)}
            >
              <Icon size={15} strokeWidth={1.75} aria-hidden />
              <span className={styles.label}>{title}</span>
              {count && <RailCount count={count} />}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The present count of a screen's things. */
function RailCount({ count }: { count: NonNullable<ScreenDefinition['count']> }): ReactNode {
  const scope = useScope();
  const isSilent = useSilent();
  const now = useServer((server) => count(server, scope, isSilent));
  return now > 0 ? <span className={styles.count}>{formatCount(now)}</span> : null;
}
