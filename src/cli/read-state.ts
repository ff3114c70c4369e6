import type { StateSnapshot } from '../protocol/snapshot.ts';
import type { HubConnection } from './hub-connection.ts';

/** The hub's state; the events that follow it are pushed to the connection from here on. */
export async function readState({ api }: HubConnection): Promise<StateSnapshot> {
  const answer = await api.open();
  if (answer.kind === 'snapshot') return answer.state;
  throw new Error('A hub that was asked for everything answered with events only');
}
