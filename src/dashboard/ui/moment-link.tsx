import type { ReactNode } from 'react';
import { useUi } from '../dashboard-context.tsx';
import { TextButton } from './text-button.tsx';
import { useAction } from './use-action.tsx';

/** Leads to the board as it was right after an event, or at a time (ms since the epoch). */
export function MomentLink({ of }: { readonly of: { readonly seq: number } | { readonly at: number } }): ReactNode {
  const go = useUi((ui) => ui.go);
  const show = useAction(async (hub) => {
    const seq = 'seq' in of ? of.seq : ((await hub.auditPage({ to: of.at + 1, limit: 1 })).items[0]?.seq ?? 0);
    go('overview', { at: String(seq) });
  });
  return <TextButton onClick={() => void show.run()}>Show the board at this moment</TextButton>;
}
