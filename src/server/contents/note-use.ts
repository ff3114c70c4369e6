import type { HttpBindings } from '@hono/node-server';
import type { Hub } from '../../hub/hub.ts';
import type { Origin } from '../../hub/rule.ts';
import { useKey } from '../../hub/rules/key-uses.ts';
import { HubError } from '../../protocol/errors.ts';
import { tapOf } from '../taps/exchange-tap.ts';
import { remoteOf } from '../http/client-address.ts';
import { userAgentOf } from '../http/user-agent.ts';

/** Notes that a key is used without a session. A disk that refuses to have it written is no reason to refuse the request. */
export function noteUse(hub: Hub, { actor }: Origin, { incoming, outgoing }: HttpBindings): void {
  if (actor.kind !== 'agent') return;
  const cause = tapOf(outgoing)?.id;
  const command = { remote: remoteOf(incoming), userAgent: userAgentOf(incoming.headers) };
  try {
    hub.commit(useKey, command, { actor, ...(cause === undefined ? {} : { cause }) });
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
  }
}
