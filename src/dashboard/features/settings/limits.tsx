import { useMemo, type ReactNode } from 'react';
import type { LimitLine } from '../../../protocol/calls/limits.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { workspaceLabel } from '../../../protocol/words/workspace-label.ts';
import { useServer } from '../../dashboard-context.tsx';
import { AgentChip } from '../../ui/agent-chip.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { CodeBlock, Mono } from '../../ui/mono.tsx';
import { useNow } from '../../ui/times.tsx';
import { useLoad } from '../../ui/use-load.ts';
import { Group } from './group.tsx';
import { isNearlyFull } from './nearly-full.ts';
import styles from './limits.module.css';

/** How often what is in use is asked for again, in ms. */
const AGAIN_MS = 5_000;

/** What stands over the limits of each scope, in the order of the tables. */
const tables: readonly (readonly (readonly [LimitLine['scope'], string])[])[] = [
  [['key', 'Each key']],
  [
    ['workspace', 'Each workspace'],
    ['one', 'Each session, request or lock'],
    ['hub', 'The whole hub'],
  ],
];

/** The limits of what agents have at the same time, each with the greatest use of it now. */
export function LimitsInUse(): ReactNode {
  const load = useLoad('limits', (hub) => hub.limits(), useNow(AGAIN_MS));
  return (
    <Group
      title="Limits"
      about="What agents may have at the same time, and what the key or workspace with most of it has now. One more is refused, and the refusal says what to do. A hub takes other values when it starts:"
    >
      <CodeBlock
        label="Start with another limit"
        text="signalbox serve --limit locks-per-key=2000 --limit uploads=500"
      />
      <Loaded load={load}>
        {(lines) => (
          <div className={styles.tables}>
            {tables.map((scopes) => (
              <LimitTable key={scopes[0]?.[0]} scopes={scopes} lines={lines} />
            ))}
          </div>
        )}
      </Loaded>
    </Group>
  );
}

interface TableProps {
  readonly scopes: (typeof tables)[number];
  readonly lines: readonly LimitLine[];
}

function LimitTable({ scopes, lines }: TableProps): ReactNode {
  return (
    <table
      className={styles.table}
      aria-label={`Limits of ${scopes.map(([, title]) => title.toLowerCase()).join(', ')}`}
    >
      {scopes.map(([scope, title]) => (
        <tbody key={scope}>
          <tr>
            <th scope="rowgroup">{title}</th>
            <th scope="col" className={styles.number}>
              In use
            </th>
            <th scope="col" className={styles.number}>
              At most
            </th>
          </tr>
          {lines
            .filter((line) => line.scope === scope)
            .map((line) => (
              <LimitTableRow key={line.name} line={line} />
            ))}
        </tbody>
      ))}
    </table>
  );
}

function LimitTableRow({ line }: { line: LimitLine }): ReactNode {
  const { name, what, inBytes, value, usual, used } = line;
  const show = inBytes ? formatSize : formatCount;
  return (
    <tr>
      <td>
        <span className={styles.what}>{what}</span>
        <Mono dim>{name}</Mono>
      </td>
      <td className={styles.number} data-near={isNearlyFull(line) || undefined}>
        {used !== undefined && <Mono dim={used.amount === 0}>{show(used.amount)}</Mono>}
        {used?.id !== undefined && <Holder scope={line.scope} id={used.id} />}
      </td>
      <td className={styles.number}>
        <Mono>{show(value)}</Mono>
        {value !== usual && <span className={styles.usual}>usually {show(usual)}</span>}
      </td>
    </tr>
  );
}

/** Who has most of it. */
function Holder({ scope, id }: { scope: LimitLine['scope']; id: string }): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const workspace = workspaces.get(id);
  const label = useMemo(() => workspace && workspaceLabel(workspace, workspaces.values()), [workspace, workspaces]);
  if (scope === 'key') return <AgentChip agent={id} />;
  return label === undefined ? null : (
    <span className={styles.workspace} title={label}>
      {label}
    </span>
  );
}
