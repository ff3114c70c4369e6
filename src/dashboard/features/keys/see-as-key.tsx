import type { ReactNode } from 'react';
import type { KeySees, ToolReach } from '../../../protocol/records.ts';
import type { KeyState } from '../../../protocol/state.ts';
import { formatCount, formatSize } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Mono } from '../../ui/mono.tsx';
import { Section } from '../../ui/panel.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { useLoad } from '../../ui/use-load.ts';
import styles from './keys.module.css';

/** What a key reaches, by the code that decides its calls: its tools, its workspaces, and their files. */
export function SeeAsKey({ of: key, onClose }: { of: KeyState; onClose: () => void }): ReactNode {
  const workspaces = useServer((server) => server.workspaces);
  const seen = useLoad(`sees ${key.id}`, (hub) => hub.keySees({ keyId: key.id }), workspaces);
  return (
    <Dialog opened onClose={onClose} title={`What ${key.name} sees`} size="lg">
      {seen.status === 'failed' && <p className={styles.text}>{seen.error.message}</p>}
      {seen.data && <Seen seen={seen.data} />}
    </Dialog>
  );
}

function Seen({ seen }: { seen: KeySees }): ReactNode {
  const { refused, tools, listBytes, workspaces, workspaceCount } = seen;
  const has = tools.filter((tool) => tool.has === 'yes');
  return (
    <>
      {refused !== undefined && <p className={styles.once}>Each of its requests is refused now: {refused}</p>}
      <Section title={`Tools (${has.length} of ${tools.length}, ${formatSize(listBytes)})`}>
        <ToolNames tools={has} />
        <KeptScope title="Kept from it by its roles" tools={tools.filter((tool) => tool.has === 'role')} />
        <KeptScope title="Not given to it" tools={tools.filter((tool) => tool.has === 'policy')} />
      </Section>
      <Section title={`Workspaces (${formatCount(workspaceCount)})`}>
        {workspaceCount === 0 && <p className={styles.text}>It sees no workspace.</p>}
        {workspaces.map(({ id, name, role, fileCount, files }) => (
          <div key={id} className={styles.seen}>
            <p>
              {name} <span className={styles.role}>{role}</span>{' '}
              <span className={styles.dim}>{fileCount === 1 ? '1 file' : `${formatCount(fileCount)} files`}</span>
            </p>
            <ul className={styles.ended} aria-label={`Files of ${name}`}>
              {files.map((path) => (
                <li key={path}>
                  <Mono cut>
                    <PathText path={path} />
                  </Mono>
                </li>
              ))}
              {fileCount > files.length && <li>and {formatCount(fileCount - files.length)} more</li>}
            </ul>
          </div>
        ))}
        {workspaceCount > workspaces.length && (
          <p className={styles.text}>and {formatCount(workspaceCount - workspaces.length)} more</p>
        )}
      </Section>
    </>
  );
}

function KeptScope({ title, tools }: { title: string; tools: readonly ToolReach[] }): ReactNode {
  if (tools.length === 0) return null;
  return (
    <>
      <p className={styles.label}>{title}</p>
      <ToolNames tools={tools} />
    </>
  );
}

function ToolNames({ tools }: { tools: readonly ToolReach[] }): ReactNode {
  return (
    <p className={styles.toolNames}>
      {tools.map(({ name, title }) => (
        <Mono key={name} title={title}>
          {name}
        </Mono>
      ))}
    </p>
  );
}
