import { ActionIcon } from '@mantine/core';
import { ArrowLeft, ArrowRight, Pin, PinOff, X } from 'lucide-react';
import { createElement, useState, type ComponentType, type ReactNode } from 'react';
import { useUi } from '../../dashboard-context.tsx';
import type { InspectorRegistry } from '../../screen-registry.ts';
import { selectionId, type Selection } from '../../selection.ts';
import { selected } from '../../ui-slice.ts';
import { EmptyState } from '../../ui/states.tsx';
import styles from './inspector.module.css';
import { ResizeHandle } from './resize-handle.tsx';
import { clampWidth, widthMemory } from './inspector-width.ts';

/** How wide it is until the person makes it wider or narrower. */
const USUAL_PX = 400;

/** The pane on the right: the selected thing, with back and forward. */
export function Inspector({ inspectors }: { inspectors: InspectorRegistry }): ReactNode {
  const selection = useUi(selected);
  const canBack = useUi(({ position }) => position > 0);
  const canForward = useUi(({ position, trail }) => position < trail.length - 1);
  const step = useUi((ui) => ui.step);
  const close = useUi((ui) => ui.closeInspector);
  const isPinned = useUi((ui) => ui.isInspectorPinned);
  const pin = useUi((ui) => ui.pinInspector);
  const [chosen, setChosen] = useState(() => widthMemory().get());
  if (!selection) return null;
  const resize = (to: number): void => {
    const next = clampWidth(to);
    setChosen(String(next));
    widthMemory().set(String(next));
  };
  const width = clampWidth(Number(chosen ?? USUAL_PX));
  const { title, body } = viewOf(inspectors, selection);
  return (
    <aside
      className={styles.inspector}
      style={{ width }}
      data-usual={chosen === undefined || undefined}
      aria-label="Inspector"
    >
      <ResizeHandle width={width} onResize={resize} />
      <header className={styles.head}>
        <ActionIcon size={24} aria-label="Back" title="Back ([)" disabled={!canBack} onClick={() => step(-1)}>
          <ArrowLeft size={14} />
        </ActionIcon>
        <ActionIcon size={24} aria-label="Forward" title="Forward (])" disabled={!canForward} onClick={() => step(1)}>
          <ArrowRight size={14} />
        </ActionIcon>
        <h2>{title}</h2>
        <ActionIcon
          size={24}
          aria-label="Keep it open on other screens"
          title={isPinned ? 'Close it with the screen' : 'Keep it open on other screens'}
          aria-pressed={isPinned}
          onClick={() => pin(!isPinned)}
        >
          {isPinned ? <PinOff size={14} /> : <Pin size={14} />}
        </ActionIcon>
        <ActionIcon size={24} aria-label="Close the inspector" title="Close (Esc)" onClick={close}>
          <X size={14} />
        </ActionIcon>
      </header>
      <div className={styles.body} key={selectionId(selection)}>
        {body}
      </div>
    </aside>
  );
}

/** The registry pairs each kind with its view; the compiler cannot follow that here. */
function viewOf(inspectors: InspectorRegistry, selection: Selection): { title: string; body: ReactNode } {
  const found = inspectors[selection.kind];
  if (!found) return { title: 'Inspector', body: <EmptyState title="Nothing is known about this" /> };
  return { title: found.title, body: createElement(found.view as ComponentType<Selection>, selection) };
}
