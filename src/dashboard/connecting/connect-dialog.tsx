import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useUi, useWorkspace } from '../dashboard-context.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ConnectGuide, SafetyNote } from './connect-guide.tsx';
import styles from './connect.module.css';

/** The guide over any screen. A key that was shown is there again when the dialog is opened again. */
export function ConnectDialog(): ReactNode {
  const isOpen = useUi((ui) => ui.isConnectOpen);
  const setOpen = useUi((ui) => ui.setConnectOpen);
  return (
    <Dialog opened={isOpen} onClose={() => setOpen(false)} title="Connect an agent" size={720}>
      <Guide />
    </Dialog>
  );
}

function Guide(): ReactNode {
  const workspace = useWorkspace();
  if (!workspace) return <p className={styles.safe}>Make a workspace first, with the menu at the top left.</p>;
  return (
    <div className={styles.dialog}>
      <SafetyNote />
      <ConnectGuide workspace={workspace} />
    </div>
  );
}

/** Opens the guide. Where a toolbar has little room it is a sign alone. */
export function ConnectButton(): ReactNode {
  const setOpen = useUi((ui) => ui.setConnectOpen);
  return (
    <Button className={styles.connect} aria-label="Connect an agent" onClick={() => setOpen(true)}>
      <Plus size={13} aria-hidden />
      <span className={styles.connectWords}>Connect an agent</span>
    </Button>
  );
}
