import { Button, Modal } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useUi, useWorkspace } from '../dashboard-context.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { ConnectGuide, SafetyNote } from './connect-guide.tsx';
import styles from './connect.module.css';

/** The guide over any screen. A key that it shows is still there when it is opened again. */
export function ConnectDialog(): ReactNode {
  const isOpen = useUi((ui) => ui.isConnectOpen);
  const setOpen = useUi((ui) => ui.setConnectOpen);
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Connect an agent" size={720}>
      <Guide />
    </Modal>
  );
}

function Guide(): ReactNode {
  useFocusBack();
  const workspace = useWorkspace();
  if (!workspace) return <p className={styles.safe}>Make a workspace first, with the menu at the top left.</p>;
  return (
    <div className={styles.dialog}>
      <SafetyNote />
      <ConnectGuide workspace={workspace} />
    </div>
  );
}

/** Opens the guide. */
export function ConnectButton(): ReactNode {
  const setOpen = useUi((ui) => ui.setConnectOpen);
  return (
    <Button leftSection={<Plus size={13} />} onClick={() => setOpen(true)}>
      Connect an agent
    </Button>
  );
}
