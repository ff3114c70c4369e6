import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import styles from './inspector.module.css';

/** The left edge of the inspector: drag it, or use the arrow keys. */
export function ResizeHandle({ width, onResize }: { width: number; onResize: (width: number) => void }): ReactNode {
  const grip = useRef<{ x: number; width: number }>(undefined);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    grip.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (grip.current) onResize(grip.current.width + grip.current.x - event.clientX);
  };
  const onPointerUp = (): void => {
    grip.current = undefined;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onResize(width + by);
  };
  return (
    <div
      className={styles.handle}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the inspector"
      aria-valuenow={width}
      aria-valuemin={300}
      aria-valuemax={760}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onKeyDown={onKeyDown}
    />
  );
}
