import { roleAtLeast, type Role } from '../../../../protocol/roles.ts';
import type { ToolPolicy } from '../../../../protocol/tool-policy.ts';
import type { ToolDefinition } from './tool.ts';

/** What a policy looks at of a tool. */
export type PolicyTool = Pick<ToolDefinition, 'name' | 'role' | 'set' | 'effect'>;

/**
 * Whether a policy gives a tool. Without a policy, a key of an earlier version: it has what there was before tools
 * could be chosen, so that no agent at work loses one.
 */
export function hasTool(policy: ToolPolicy | undefined, tool: PolicyTool): boolean {
  if (policy === undefined) return tool.set !== 'owner';
  if (policy.without?.includes(tool.name)) return false;
  return policy.also?.includes(tool.name) === true || isInSet(policy.set, tool);
}

/** Whether a tool is of use to a key whose best role is this one. */
export function isForRole(
  best: Role | 'none',
  { role, needsNoWorkspace }: Pick<ToolDefinition, 'role' | 'needsNoWorkspace'>,
): boolean {
  return best === 'none' ? needsNoWorkspace : roleAtLeast(best, role);
}

function isInSet(set: ToolPolicy['set'], tool: PolicyTool): boolean {
  switch (set) {
    case 'default':
      return tool.set === undefined;
    case 'read':
      return tool.effect === 'reads' && tool.set !== 'owner';
    case 'owner':
      return tool.set === undefined || tool.set === 'owner' || tool.role === 'owner';
    case 'all':
      return true;
    default:
      return set satisfies never;
  }
}
