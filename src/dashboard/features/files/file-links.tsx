import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { mayGiveLink } from '../../../protocol/owns-now.ts';
import type { FileRecord } from '../../../protocol/records.ts';
import type { LinkState } from '../../../protocol/state.ts';
import { formatDateTime } from '../../../protocol/words/units.ts';
import { useServer } from '../../dashboard-context.tsx';
import { useNow } from '../../ui/times.tsx';
import { useAction } from '../../ui/use-action.tsx';
import styles from './file-links.module.css';
import { openLinks, refusedTries, usesWords } from './link-input.ts';

/** The links to a file that still give it, each with its uses and a button that ends it. */
export function FileLinks({ file }: { file: FileRecord }): ReactNode {
  const all = useServer((server) => server.links);
  const keys = useServer((server) => server.keys);
  const roles = useServer(({ workspaces }) => workspaces.get(file.workspace)?.roles);
  const now = useNow(10_000);
  const revoke = useAction((hub, linkId: string) => hub.linkRevoke({ linkId }), 'The link is revoked');
  const links = openLinks(all.values(), file.id, now);
  if (links.length === 0) return null;
  return (
    <ul className={styles.links} aria-label="Links to this file">
      {links.map((link) => (
        <li key={link.id}>
          <span className={styles.words}>
            Version {link.version}, until {formatDateTime(link.expiresAt)}: {usesWords(link)}
            {link.passwordHash === undefined ? '' : ', with a password'}
            {mayGiveLink({ keys, roles }, link, now) ? '' : '. Gives nothing now: its maker may not give the file'}
            <RefusedLinkTries link={link} />
          </span>
          <Button onClick={() => void revoke.run(link.id)}>Revoke</Button>
        </li>
      ))}
    </ul>
  );
}

/** Tries by the link's address that got nothing: somebody may be guessing its password. */
function RefusedLinkTries({ link }: { link: LinkState }): ReactNode {
  const words = refusedTries(link);
  return words === undefined ? null : <span className={styles.refused}>{words}</span>;
}
