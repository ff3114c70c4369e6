import { useUi } from '../dashboard-context.tsx';
import type { Selection } from '../selection.ts';
import { selected } from '../ui-slice.ts';

type OfKind<K extends Selection['kind']> = Extract<Selection, { kind: K }>;

/** The key of a list's selected row: that of what the inspector shows, where it is of the list's kind. */
export function useSelected<K extends Selection['kind']>(
  kind: K,
  keyOf: (selection: OfKind<K>) => string | undefined,
): string | undefined {
  return useUi((ui) => {
    const selection = selected(ui);
    return selection?.kind === kind ? keyOf(selection as OfKind<K>) : undefined;
  });
}
