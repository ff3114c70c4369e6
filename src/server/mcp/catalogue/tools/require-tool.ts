import { type Attempt, logDenied } from '../../../../hub/access/reach.ts';
import type { Hub } from '../../../../hub/hub.ts';
import { toolNotGiven } from '../call/access.ts';
import { hasTool } from '../define-tool/has-tool.ts';
import { toolNamed } from './all-tools.ts';

/** Tools whose work can be had in another way too: as a resource, or over HTTP. */
export type ToolElsewhere = 'file_read' | 'upload_create';

/**
 * Checks that a key was given the tool that does what it tries in another way. People need no tool.
 *
 * @throws HubError `forbidden`, which is logged and says whom to ask
 */
export function requireTool(hub: Hub, attempt: Attempt, name: ToolElsewhere): void {
  const { actor } = attempt.origin;
  if (actor.kind !== 'agent') return;
  const tool = toolNamed(name);
  if (!tool) throw new Error(`there should be a tool ${name}`);
  if (hasTool(hub.state.keys.get(actor.key)?.tools, tool)) return;
  const refusal = toolNotGiven(name);
  logDenied(hub, attempt, refusal, {});
  throw refusal;
}
