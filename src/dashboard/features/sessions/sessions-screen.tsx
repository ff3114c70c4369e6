import { SegmentedControl } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { ConnectButton } from '../../connecting/connect-dialog.tsx';
import { LoginList } from '../../connecting/login-list.tsx';
import { useKeysInScope, useServer, useUi } from '../../dashboard-context.tsx';
import { isLive } from '../../presence.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Screen, Toolbar } from '../../ui/panel.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { useHold } from '../../ui/use-hold.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { OpenSessions } from './open-sessions.tsx';
import { RefusedView } from './refused-view.tsx';
import { RefusedTable } from './refused-table.tsx';
import { PastSessions } from './past-sessions.tsx';
import { SessionView } from './session-view.tsx';
import styles from './sessions.module.css';

/** All sessions, the page of one, or that of a client that was refused. */
export function SessionsScreen(): ReactNode {
  const sessionId = useUi(({ params }) => params['session']);
  const attempt = useUi(({ params }) => params['attempt']);
  if (sessionId === undefined && attempt !== undefined) {
    return (
      <div className={styles.session}>
        <RefusedView key={attempt} id={Number(attempt)} />
      </div>
    );
  }
  return sessionId === undefined ? (
    <SessionList />
  ) : (
    <div className={styles.session}>
      <SessionView key={sessionId} sessionId={sessionId} />
    </div>
  );
}

function SessionList(): ReactNode {
  const shown = useUi(({ params }) => shownOf(params['show']));
  const refusedCount = useServer(({ refused, logins }) => refused.length + logins.length);
  const go = useUi((ui) => ui.go);
  const [text, setText] = useState('');
  const refused = useSelected('refused', ({ id }) => String(id));
  const session = useSelected('session', ({ sessionId }) => sessionId);
  const chosen = shown === 'refused' ? refused : session;
  const live = useHold(chosen);
  useOwnChanges(live.hold, 'session');
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Sessions"
          isScoped={shown !== 'refused'}
          coversAll={shown === 'refused'}
          count={<SessionCount shown={shown} />}
          actions={
            <>
              <FollowControl hold={live.hold} />
              <ConnectButton />
            </>
          }
        >
          <FilterBox value={text} onChange={setText} label="Filter sessions" />
          <SegmentedControl
            aria-label="Which sessions"
            data={[
              { value: 'open', label: 'Open' },
              { value: 'past', label: 'Past' },
              { value: 'refused', label: refusedCount === 0 ? 'Refused' : `Refused (${formatCount(refusedCount)})` },
            ]}
            value={shown}
            onChange={(value) => go('sessions', value === 'open' ? {} : { show: value })}
          />
        </Toolbar>
      }
    >
      {shown === 'open' && <OpenSessions text={text} live={live} chosen={chosen} />}
      {shown === 'past' && <PastSessions text={text} live={live} chosen={chosen} />}
      {shown === 'refused' && (
        <>
          <LoginsAbove />
          <RefusedTable text={text} live={live} chosen={chosen} />
        </>
      )}
    </Screen>
  );
}

/** Who wants to log in stands above those that were refused. */
function LoginsAbove(): ReactNode {
  const isAny = useServer(({ logins }) => logins.length > 0);
  if (!isAny) return null;
  return (
    <div className={styles.waitingLogins}>
      <LoginList />
    </div>
  );
}

type SessionsShown = 'open' | 'past' | 'refused';

function shownOf(show: string | undefined): SessionsShown {
  return show === 'past' || show === 'refused' ? show : 'open';
}

/** How many sessions have a connection, and how many have lost it; of the other lists, what they have. */
function SessionCount({ shown }: { shown: SessionsShown }): ReactNode {
  const sessions = useServer((server) => server.sessions);
  const isInScope = useKeysInScope();
  const [open, dropped] = useMemo(() => {
    const inScope = [...sessions.values()].filter(({ keyId }) => isInScope(keyId));
    const live = inScope.filter(isLive).length;
    return [live, inScope.length - live];
  }, [sessions, isInScope]);
  if (shown === 'past') return 'closed ones, newest first';
  if (shown === 'refused') return 'connections that were refused';
  return `${formatCount(open)} open${dropped === 0 ? '' : `, ${formatCount(dropped)} dropped`}`;
}
