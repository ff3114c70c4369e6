import { Upload } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useUi, useWorkspace } from '../../dashboard-context.tsx';
import { useUpload } from '../../uploads/use-upload.ts';
import styles from './window-drop.module.css';

/**
 * Files may be dropped anywhere on the window. A screen with its own target (a folder) handles the event
 * first. Without this, a drop would make the browser leave the page.
 */
export function WindowDrop(): ReactNode {
  const workspace = useWorkspace();
  const screen = useUi((ui) => ui.screen);
  const { drop } = useUpload();
  const [isOver, setOver] = useState(false);
  const workspaceId = workspace?.id;

  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    // Also for dragenter: if the page changes under the pointer, it may be the last event before the drop,
    // and the browser opens the files unless it was prevented.
    const onOver = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Enter and leave events are not counted: an element that is removed under the pointer sends no leave
    // event.
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (event.defaultPrevented || !event.dataTransfer || !carriesFiles(event)) return;
      event.preventDefault();
      if (workspaceId !== undefined) drop(event.dataTransfer, workspaceId);
    };
    window.addEventListener('dragenter', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('dragover', onOver);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragenter', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('drop', onDrop);
    };
  }, [drop, workspaceId]);

  if (!isOver || !workspace || screen === 'files') return null;
  return (
    <div className={styles.veil} aria-hidden>
      <div className={styles.sign}>
        <Upload size={22} />
        <span>
          Drop to add to <strong>{workspace.name}</strong>
        </span>
      </div>
    </div>
  );
}
