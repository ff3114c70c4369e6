import { SegmentedControl } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { WorkspaceState } from '../../protocol/state.ts';
import { useServer, useUi } from '../dashboard-context.tsx';
import type { ConnectWay } from '../ui-slice.ts';
import { ConnectSnippets } from '../ui/connect-snippets.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useLoad } from '../ui/use-load.ts';
import { Arrival } from './arrival.tsx';
import { ClientChooser } from './client-chooser.tsx';
import styles from './connect.module.css';
import { GetKey } from './get-key.tsx';
import { LoginList } from './login-list.tsx';
import { RefusedList } from './refused-list.tsx';
import { whatIsSafe } from './what-is-safe.ts';
import { WithLogin } from './with-login.tsx';

const ways: readonly { readonly value: ConnectWay; readonly label: string }[] = [
  { value: 'client', label: 'A client on this computer' },
  { value: 'login', label: 'It logs in' },
  { value: 'key', label: 'With a key' },
];

/** How an agent is connected: a client of this machine is set up, one logs in, or any other gets a key. */
export function ConnectGuide({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const load = useLoad('clients', (hub) => hub.clientList());
  const hasKey = useUi(({ shownKey }) => shownKey !== undefined);
  const chosen = useUi((ui) => ui.connectWay);
  const choose = useUi((ui) => ui.chooseConnectWay);
  const isElsewhere = load.data?.elsewhere !== undefined;
  const way = chosen ?? (hasKey || isElsewhere ? 'key' : 'client');
  return (
    <div className={styles.guide}>
      <SegmentedControl
        aria-label="How to connect"
        className={styles.ways}
        data={ways.map((one) => ({ ...one, disabled: one.value === 'client' && isElsewhere }))}
        value={way}
        onChange={choose}
      />
      {isElsewhere && <p className={styles.elsewhere}>{load.data?.elsewhere}</p>}
      {way === 'client' ? (
        <Loaded load={load}>
          {(list) => <ClientChooser list={list} workspace={workspace} onChanged={load.reload} />}
        </Loaded>
      ) : way === 'login' ? (
        <WithLogin />
      ) : (
        <WithKey workspace={workspace} />
      )}
      <LoginList />
      <RefusedList />
    </div>
  );
}

/** Three steps: a key, a client that has it, and the agent that comes. */
function WithKey({ workspace }: { workspace: WorkspaceState }): ReactNode {
  const url = useServer(({ hub }) => hub?.url) ?? window.location.origin;
  const secret = useUi(({ shownKey }) => shownKey?.secret);
  return (
    <ol className={styles.steps}>
      <Step number={1} title="Get a key">
        <GetKey workspace={workspace} />
      </Step>
      <Step number={2} title="Give it to your client">
        <ConnectSnippets url={url} {...(secret === undefined ? {} : { secret })} />
      </Step>
      <Step number={3} title="Start the client">
        <Arrival workspace={workspace} />
      </Step>
    </ol>
  );
}

/** Who can reach the hub, and what an agent sees: asked by everybody who connects one for the first time. */
export function SafetyNote(): ReactNode {
  const onlyLocal = useServer(({ hub }) => hub?.onlyLocal === true);
  return (
    <p className={styles.safe}>
      <ShieldCheck size={14} aria-hidden /> <span>{whatIsSafe(onlyLocal)}</span>
    </p>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }): ReactNode {
  return (
    <li className={styles.step}>
      <span className={styles.number} aria-hidden>
        {number}
      </span>
      <div className={styles.stepBody}>
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  );
}
