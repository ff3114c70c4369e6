import type { ToolPolicy, ToolSetName } from '../tool-policy.ts';

/** The sets of tools as people read them. */
export const toolSetWords: Readonly<Record<ToolSetName, string>> = {
  default: 'the usual tools',
  read: 'the reading tools',
  owner: "the usual and the owners' tools",
  all: 'all tools',
};

/** A policy in a few words: "the usual tools, with 2 more". */
export function policyWords({ set, also = [], without = [] }: ToolPolicy): string {
  const more = also.length === 0 ? '' : `, with ${also.length} more`;
  const less = without.length === 0 ? '' : `, without ${without.length}`;
  return `${toolSetWords[set]}${more}${less}`;
}
