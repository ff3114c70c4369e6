import { Button, Group } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { NewKey } from '../../../protocol/records.ts';
import { useServer } from '../../dashboard-context.tsx';
import { ConnectSnippets } from '../../ui/connect-snippets.tsx';
import { CodeBlock } from '../../ui/mono.tsx';
import styles from './keys.module.css';

/** A new key's secret, with how to use it. It is never shown again. */
export function NewSecret({ made, onClose }: { made: NewKey; onClose: () => void }): ReactNode {
  const url = useServer(({ hub }) => hub?.url);
  return (
    <div className={styles.form}>
      <p className={styles.once}>
        <TriangleAlert size={14} aria-hidden /> Copy it now: the hub keeps only its hash and cannot show it again.
      </p>
      <CodeBlock text={made.secret} label="Secret" />
      {url !== undefined && <ConnectSnippets url={url} secret={made.secret} />}
      <Group justify="flex-end" mt="sm">
        <Button variant="filled" onClick={onClose}>
          I have copied it
        </Button>
      </Group>
    </div>
  );
}
