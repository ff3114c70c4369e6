import { nounOf } from '../../protocol/noun.ts';
import { useEvents } from '../dashboard-context.tsx';
import type { Hold } from './hold.ts';

/** A held list shows at once what the person changes in it; `noun` is what its events are of. */
export function useOwnChanges(hold: Hold, noun: string): void {
  useEvents((events) => {
    if (events.some(({ actor, type }) => actor.kind === 'human' && nounOf(type) === noun)) hold.goOn();
  });
}
