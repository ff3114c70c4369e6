import { wholeAnswer, type OpenAnswer } from '../protocol/open-answer.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import type { HubConnection } from './hub-connection.ts';

/** The hub's state; later events are pushed to the connection. */
export async function readState(hub: HubConnection): Promise<StateSnapshot> {
  return (await readAll(hub)).state;
}

/** As {@link readState}, with the last 500 events. */
export async function readAll({ api }: HubConnection): Promise<Extract<OpenAnswer, { kind: 'snapshot' }>> {
  const answer = await wholeAnswer(await api.open(), () => api.openMore());
  if (answer.kind === 'snapshot') return answer;
  throw new Error('A hub that was asked for everything answered with events only');
}
