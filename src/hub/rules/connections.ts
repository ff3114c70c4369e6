import type { EventOf } from '../../protocol/events.ts';
import type { EventEnvelope } from '../../protocol/envelope.ts';
import type { Rule } from '../rule.ts';

export type RefusedTries = Omit<EventOf<'connection.refused'>, keyof EventEnvelope | 'type'>;

/** Logs that a client was refused a connection. */
export const logRefused: Rule<RefusedTries, void> = (_state, tries) => ({
  events: [{ type: 'connection.refused', ...tries }],
  answer: () => undefined,
});
