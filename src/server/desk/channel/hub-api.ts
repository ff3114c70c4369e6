import { createBirpc } from 'birpc';
import { z } from 'zod';
import type { Channel, HubAnswers } from '../../../protocol/api.ts';
import { HubError, toWire } from '../../../protocol/errors.ts';
import { parseCallInput } from './call-input.ts';

/** A call or an answer as birpc puts it on the channel. */
const messageSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('q'), i: z.string().max(100).optional(), m: z.string().max(100), a: z.array(z.unknown()) }),
  z.object({ t: z.literal('s'), i: z.string().max(100) }),
]);

export interface RpcServer {
  /** Runs `then` right after this answer was sent, before anything else is. */
  afterAnswer(answer: object, then: () => void): void;
  stop(): void;
}

/**
 * Answers the calls that come over a channel. Input is checked before a call runs; errors are sent as a
 * WireError in place of birpc's `e`.
 *
 * @param onBug called with errors that are not refusals
 * @param onMalformed called if the peer does not speak the protocol
 */
export function serveCalls(
  channel: Channel,
  answers: HubAnswers,
  onBug: (error: unknown, call: string) => void,
  onMalformed: () => void,
): RpcServer {
  const hooks = new Map<unknown, () => void>();
  const calls = new Map<string, (input: never) => unknown>(Object.entries(answers));
  let unlisten = (): void => undefined;

  const rpc = createBirpc<Record<string, never>, Record<string, never>, false>(
    {},
    {
      proxify: false,
      timeout: -1,
      on: (listener) => {
        unlisten = channel.on(listener);
      },
      off: () => unlisten(),
      deserialize: (data: unknown) => messageSchema.parse(data),
      serialize: (message: { e?: unknown }) => ('e' in message ? { ...message, e: toWire(message.e) } : message),
      post: (message: { r?: unknown }) => {
        channel.post(message);
        const then = hooks.get(message.r);
        if (then) {
          hooks.delete(message.r);
          then();
        }
      },
      // Looked up in a map of our own: `constructor` and the like are not calls.
      resolver: (name) => {
        const call = calls.get(name);
        if (!call) {
          return () => {
            throw new HubError(
              'bad_request',
              `The hub has no call named ${name}: reload the page, it may be of another version.`,
            );
          };
        }
        return (...given: unknown[]) => call(parseCallInput(name as keyof HubAnswers, given) as never);
      },
      onFunctionError: (error, name) => {
        if (!(error instanceof HubError)) onBug(error, name);
      },
      onGeneralError: (error, name) => {
        if (error instanceof z.ZodError) onMalformed();
        else onBug(error, name ?? 'a message');
        return true;
      },
    },
  );
  return {
    afterAnswer: (answer, then) => hooks.set(answer, then),
    stop: () => {
      hooks.clear();
      rpc.$close();
    },
  };
}
