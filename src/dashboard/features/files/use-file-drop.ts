import { useRef, useState, type DragEvent } from 'react';

export interface FileDrop {
  /** Whether files are over the element now. */
  readonly isOver: boolean;
  readonly handlers: {
    readonly onDragEnter: (event: DragEvent) => void;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Lets files and folders be dropped on an element. `take` must use the transfer before it returns. */
export function useFileDrop(take: (transfer: DataTransfer) => void): FileDrop {
  // Children fire leave and enter in pairs as the pointer crosses them: only the balance counts.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  const end = (): void => {
    depth.current = 0;
    setOver(false);
  };
  return {
    isOver,
    handlers: {
      onDragEnter(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        depth.current += 1;
        setOver(true);
      },
      onDragOver(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDragLeave(event) {
        if (!carriesFiles(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) end();
      },
      onDrop(event) {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        end();
        take(event.dataTransfer);
      },
    },
  };
}
