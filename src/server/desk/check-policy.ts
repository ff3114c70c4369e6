import { HubError } from '../../protocol/errors.ts';
import type { ToolPolicy } from '../../protocol/tool-policy.ts';
import { nearest } from '../../protocol/words/nearest.ts';
import type { CallDeps } from './deps.ts';

/** Refuses a policy that names a tool which does not exist, or that leaves a key without any. @throws HubError `invalid_argument` */
export function checkPolicy({ hub, toolReach }: Pick<CallDeps, 'hub' | 'toolReach'>, tools: ToolPolicy): void {
  const reach = toolReach(hub.state, { id: '', tools });
  const known = reach.map(({ name }) => name);
  const unknown = [...(tools.also ?? []), ...(tools.without ?? [])].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new HubError(
      'invalid_argument',
      `There is no tool ${unknown.slice(0, 100)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      { details: { tool: unknown.slice(0, 100) } },
    );
  }
  if (reach.every(({ has }) => has === 'policy')) {
    throw new HubError('invalid_argument', 'A key needs a tool at least: choose one, or suspend the key instead.');
  }
}
