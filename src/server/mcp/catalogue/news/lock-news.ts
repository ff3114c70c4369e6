import type { EventOf } from '../../../../protocol/events.ts';
import { placeKey } from '../../../../protocol/place-key.ts';
import type { HubState } from '../../../../protocol/state.ts';
import { agentLabel } from '../../../../protocol/words/agent-label.ts';
import { refusalWords } from '../../../../protocol/words/refusal-words.ts';
import type { NewsFacts } from './news-item.ts';
import { quotedForModel } from './quoted.ts';

/** What happens to an agent's locks and places in queues. */
export function lockNews(
  event: EventOf<'lock.queued' | 'lock.acquired' | 'lock.released' | 'lock.refused'>,
  state: HubState,
): NewsFacts | undefined {
  const path = quotedForModel(event.path);
  const { keyId, agent } = event;
  const mine = { aim: { kind: 'agent', agent: { keyId, agent } } } as const;
  switch (event.type) {
    case 'lock.queued': {
      const held = state.locks.get(placeKey(event.workspace, event.path));
      if (!held) return undefined;
      const waiter = quotedForModel(agentLabel(state.keys.get(keyId), keyId, agent));
      const aim = { kind: 'agent', agent: { keyId: held.keyId, agent: held.agent } } as const;
      return {
        aim,
        needsRole: true,
        says: `${waiter} waits for your lock on ${path}. Call lock_release as soon as you are done.`,
      };
    }
    case 'lock.acquired':
      if (event.waiterId === undefined) return undefined;
      return {
        ...mine,
        isAnswered: true,
        needsRole: true,
        says: `The lock on ${path} is yours now. Read the file again before you write.`,
      };
    case 'lock.released': {
      const how = lostHow(event);
      return { ...mine, says: `${how}. Do not write there by it: call lock_acquire again, and read before you write.` };
    }
    case 'lock.refused':
      if (event.waiterId === undefined) return undefined;
      return {
        ...mine,
        isAnswered: true,
        says: `You no longer wait for the lock on ${path}: ${refusalWords(event.code)}. Call lock_acquire again if you still need it.`,
      };
    default:
      return event satisfies never;
  }
}

function lostHow({ how, path, reason }: EventOf<'lock.released'>): string {
  const lock = `your lock on ${quotedForModel(path)}`;
  switch (how) {
    case 'released':
      return `Another agent of your key released ${lock}`;
    case 'expired':
      return `You lost ${lock}: its time was over`;
    case 'forced':
      return `The person took ${lock} from you${reason === undefined ? '' : `: ${quotedForModel(reason)}`}`;
    case 'revoked':
      return `You lost ${lock}: your role there does not allow it any more`;
    case 'workspace_deleted':
      return `You lost ${lock}: its workspace was deleted`;
    default:
      return how satisfies never;
  }
}
