import type { ToolReach } from '../../../protocol/records.ts';
import type { ToolPolicy } from '../../../protocol/tool-policy.ts';

/** The tools that a policy gives, by name; `ofSet` are all tools as its set alone gives them. */
export function givenTools(policy: ToolPolicy, ofSet: readonly ToolReach[]): ReadonlySet<string> {
  const given = new Set(ofSet.filter(({ has }) => has !== 'policy').map(({ name }) => name));
  for (const name of policy.also ?? []) given.add(name);
  for (const name of policy.without ?? []) given.delete(name);
  return given;
}

/** A policy with one tool more or less; a set that gives it already, or does not, needs no exception. */
export function withTool(
  policy: ToolPolicy,
  ofSet: readonly ToolReach[],
  { name, isGiven }: { readonly name: string; readonly isGiven: boolean },
): ToolPolicy {
  const isInSet = ofSet.some((tool) => tool.name === name && tool.has !== 'policy');
  const also = (policy.also ?? []).filter((other) => other !== name);
  const without = (policy.without ?? []).filter((other) => other !== name);
  if (isGiven && !isInSet) also.push(name);
  if (!isGiven && isInSet) without.push(name);
  return {
    set: policy.set,
    ...(also.length === 0 ? {} : { also }),
    ...(without.length === 0 ? {} : { without }),
  };
}
