import { bestRole } from '../../../../hub/permission.ts';
import type { ToolReach } from '../../../../protocol/records.ts';
import type { HubState, KeyState } from '../../../../protocol/state.ts';
import type { ToolPolicy } from '../../../../protocol/tool-policy.ts';
import { hasTool, isForRole } from '../define-tool/has-tool.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { allTools } from './all-tools.ts';
import { listedBriefly, listedWhole, listedWithoutResults } from './list-entry.ts';

/** Whose tools: its roles, and the policy that it has or might be given. */
type ToolKey = Pick<KeyState, 'id' | 'tools'>;

/** The tools that a key has: those that its policy gives, and that its best role anywhere may call. */
export function toolsOf(state: HubState, key: ToolKey): readonly ToolDefinition[] {
  const best = bestRole(state, key.id) ?? 'none';
  return allTools.filter((tool) => reach(tool, key, best) === 'yes');
}

/** Every tool, and whether a key has it: {@link toolsOf} with the reasons. */
export function toolReach(state: HubState, key: ToolKey): readonly ToolReach[] {
  const best = bestRole(state, key.id) ?? 'none';
  return allTools.map((tool) => {
    const { name, title, effect, role } = tool;
    return { name, title, effect, role, has: reach(tool, key, best) };
  });
}

/**
 * How a key's list has its tools: programs have them whole, and keys of earlier versions as it was then.
 *
 * @param isContentAlone whether the client is given results without the structure that their schema is of
 */
export function listedFor(policy: ToolPolicy | undefined, isContentAlone = false): typeof listedWhole {
  if (policy !== undefined && policy.set !== 'all') return listedBriefly;
  return isContentAlone ? listedWithoutResults : listedWhole;
}

/** Bytes of a key's `tools/list`. */
export function listBytes(state: HubState, key: ToolKey): number {
  const tools = toolsOf(state, key).map((tool) => listedFor(key.tools)(tool));
  return Buffer.byteLength(JSON.stringify({ tools }));
}

function reach(tool: ToolDefinition, { tools }: ToolKey, best: Parameters<typeof isForRole>[0]): ToolReach['has'] {
  if (!hasTool(tools, tool)) return 'policy';
  return isForRole(best, tool) ? 'yes' : 'role';
}
