import { z } from 'zod';

/**
 * The sets of tools that a key may be given.
 *
 * - `default`: what most agents work with, few enough that a model keeps all of them in mind.
 * - `read`: those of all tools that change nothing.
 * - `owner`: the default ones, and what only owners need.
 * - `all`: every tool there is, each with the schema of its results, which programs use and models do not.
 */
export const toolSetSchema = z.enum(['default', 'read', 'owner', 'all']);

export type ToolSetName = z.output<typeof toolSetSchema>;

/** Most tools that a policy names besides its set. */
export const MOST_NAMED_TOOLS = 100;

const names = z.array(z.string().min(1).max(100)).max(MOST_NAMED_TOOLS);

/** Which tools a key has. What its roles allow is asked besides: a policy never widens them. */
export const toolPolicySchema = z.object({
  set: toolSetSchema,
  /** Tools besides those of the set. */
  also: names.optional(),
  /** Tools of the set that it does not have. */
  without: names.optional(),
});

export type ToolPolicy = z.output<typeof toolPolicySchema>;

/** What a new key has unless the person says otherwise. */
export const DEFAULT_TOOLS: ToolPolicy = { set: 'default' };

/** Whether two policies say the same. */
export function isSamePolicy(a: ToolPolicy | undefined, b: ToolPolicy | undefined): boolean {
  return a?.set === b?.set && isSameList(a?.also, b?.also) && isSameList(a?.without, b?.without);
}

function isSameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
