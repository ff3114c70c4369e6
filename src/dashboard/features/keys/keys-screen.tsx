import { Button, SegmentedControl } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { KeyRound, Plus } from 'lucide-react';
import { memo, useMemo, useState, type ReactNode } from 'react';
import { ConnectButton } from '../../connecting/connect-dialog.tsx';
import { useKeysInScope, useScope, useServer, useUi } from '../../dashboard-context.tsx';
import { presenceIn } from '../../presence.ts';
import type { ServerSlice } from '../../server-slice.ts';
import { FilterBox } from '../../ui/filter-box.tsx';
import { FollowControl } from '../../ui/follow-control.tsx';
import { Fill, Screen, Toolbar } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useNow } from '../../ui/times.tsx';
import { useLiveList } from '../../ui/use-live-list.ts';
import { useOwnChanges } from '../../ui/use-own-changes.ts';
import { useSameRows } from '../../ui/use-same-rows.ts';
import { useSelected } from '../../ui/use-selected.ts';
import { useServerCalmly } from '../../ui/use-server-calmly.ts';
import { useSilent } from '../../ui/use-silent.ts';
import { VirtualTable } from '../../ui/virtual-table.tsx';
import { formatCount } from '../../../protocol/words/units.ts';
import { CreateKeyDialog } from './create-key.tsx';
import { keyColumns } from './key-columns.tsx';
import { isSameKeyRow, keyRows, whyNoKeys, type KeyRow, type KeyStatus } from './key-rows.ts';

const keyOf = ({ key }: KeyRow): string => key.id;
const workspacesOf = ({ workspaces }: ServerSlice): ServerSlice['workspaces'] => workspaces;
const sessionsOf = ({ sessions }: ServerSlice): ServerSlice['sessions'] => sessions;

/** The agents' keys, with their roles and open sessions. */
export function KeysScreen(): ReactNode {
  const keys = useServer((server) => server.keys);
  const workspaces = useServerCalmly(workspacesOf);
  const sessions = useServerCalmly(sessionsOf);
  const params = useUi((ui) => ui.params);
  const go = useUi((ui) => ui.go);
  const select = useUi((ui) => ui.select);
  const chosen = useSelected('key', ({ keyId }) => keyId);
  const [text, setText] = useState('');
  const [status, setStatus] = useState<KeyStatus | 'all'>('all');
  const { ref, width } = useElementSize();
  const now = useNow(10_000);
  const isInScope = useKeysInScope();
  const isSilent = useSilent();
  const connected = useMemo(
    () =>
      presenceIn(
        sessions.values().filter(({ keyId }) => isInScope(keyId)),
        isSilent,
      ).live,
    [sessions, isInScope, isSilent],
  );
  const count = useMemo(() => [...keys.keys()].filter((id) => isInScope(id)).length, [keys, isInScope]);
  const found = useMemo(
    () => keyRows({ keys, workspaces, sessions }, { text, status }, now).filter(({ key }) => isInScope(key.id)),
    [keys, workspaces, sessions, text, status, now, isInScope],
  );
  const all = useSameRows(found, keyOf, isSameKeyRow);
  const scope = useScope();
  const list = useLiveList({
    selected: chosen,
    what: `${scope} ${status} ${text}`,
    rows: all,
    rowKey: keyOf,
    kind: 'state',
  });
  useOwnChanges(list.live.hold, 'key');
  return (
    <Screen
      toolbar={
        <Toolbar
          title="Keys"
          count={`${formatCount(count)} ${count === 1 ? 'key' : 'keys'}, ${formatCount(connected)} connected`}
          isScoped
          hasWideFilters
          actions={
            <>
              <FollowControl hold={list.live.hold} />
              <ConnectButton />
              <Button variant="filled" leftSection={<Plus size={13} />} onClick={() => go('keys', { create: '1' })}>
                New key
              </Button>
            </>
          }
        >
          <FilterBox value={text} onChange={setText} label="Filter by name or workspace" />
          <StatusFilter status={status} onChange={setStatus} />
        </Toolbar>
      }
    >
      <Fill ref={ref}>
        <VirtualTable
          label="Keys"
          {...list}
          columns={keyColumns[width >= 760 ? 'wide' : 'narrow']}
          selected={chosen}
          onSelect={({ key }) => select({ kind: 'key', keyId: key.id })}
          empty={<NoKeys why={whyNoKeys(keys.size, { text, status })} />}
        />
      </Fill>
      {params['create'] !== undefined && <CreateKeyDialog onClose={() => go('keys')} />}
    </Screen>
  );
}

/** Apart from the list, which changes by itself: fields cost more than rows. */
const StatusFilter = memo(function StatusFilter(props: {
  readonly status: KeyStatus | 'all';
  readonly onChange: (status: KeyStatus | 'all') => void;
}): ReactNode {
  return (
    <SegmentedControl<KeyStatus | 'all'>
      aria-label="State"
      data={[
        { value: 'all', label: 'All' },
        { value: 'active', label: 'Active' },
        { value: 'suspended', label: 'Suspended' },
        { value: 'expired', label: 'Expired' },
        { value: 'revoked', label: 'Revoked' },
      ]}
      value={props.status}
      onChange={props.onChange}
    />
  );
});

function NoKeys({ why }: { why: ReturnType<typeof whyNoKeys> }): ReactNode {
  const icon = <KeyRound size={24} />;
  if (why === 'filtered') return <EmptyState icon={icon} title="No key matches the filter" />;
  if (why === 'elsewhere') {
    return (
      <EmptyState icon={icon} title="No key of this workspace">
        All keys have their roles in other ones.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={icon} title="No keys yet">
      Each agent connects with a key of its own: its name, its hue and its rights hang on it.
    </EmptyState>
  );
}
