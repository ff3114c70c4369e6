import { type Attempt, logDenied } from '../../../../hub/access/reach.ts';
import type { Hub } from '../../../../hub/hub.ts';
import type { Actor } from '../../../../protocol/envelope.ts';
import { toolNotGiven } from '../call/enter.ts';
import type { ToolElsewhere } from '../call/catalogue-deps.ts';
import { hasTool } from '../define-tool/has-tool.ts';
import { toolNamed } from './all-tools.ts';

/** Whether an actor was given a tool. People need none. */
export function isGiven({ state }: Pick<Hub, 'state'>, actor: Actor, name: ToolElsewhere): boolean {
  if (actor.kind !== 'agent') return true;
  const tool = toolNamed(name);
  if (!tool) throw new Error(`there should be a tool ${name}`);
  return hasTool(state.keys.get(actor.key)?.tools, tool);
}

/**
 * Checks that the key has the tool whose effect it tries to get in another way. People need no tool.
 *
 * @throws HubError `forbidden`, which is logged and says whom to ask
 */
export function requireTool(hub: Hub, attempt: Attempt, name: ToolElsewhere): void {
  if (isGiven(hub, attempt.origin.actor, name)) return;
  const refusal = toolNotGiven(name);
  logDenied(hub, attempt, refusal, {});
  throw refusal;
}
