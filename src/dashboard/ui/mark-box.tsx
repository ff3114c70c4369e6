import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './mark-box.module.css';

/** The box at the front of a row. The list keeps the focus, whose keys mark too. */
export function MarkBox({
  state,
  label,
  onToggle,
}: {
  state: 'none' | 'some' | 'all';
  label: string;
  onToggle: (isRange: boolean) => void;
}): ReactNode {
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={state === 'some' ? 'mixed' : state === 'all'}
      aria-label={label}
      className={styles.box}
      tabIndex={-1}
      onMouseDown={(event) => {
        event.preventDefault();
        event.currentTarget.closest<HTMLElement>('[data-list]')?.focus();
      }}
      onClick={(event) => onToggle(event.shiftKey)}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {state === 'all' && <Check size={11} strokeWidth={3} aria-hidden />}
      {state === 'some' && <Minus size={11} strokeWidth={3} aria-hidden />}
    </button>
  );
}
