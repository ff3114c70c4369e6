import { limitNames, limitTable, type LimitName } from '../../../hub/limits.ts';
import type { HubAnswers } from '../../../protocol/api.ts';
import type { limitCalls as calls, LimitLine, LimitUse } from '../../../protocol/calls/limits.ts';
import type { CallDeps } from '../deps.ts';
import { limitUse } from '../limit-use.ts';

/** The limits of agents, and how much of each is used. */
export function answerLimitCalls({ hub, inUse }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    limits: async () => {
      const use: Readonly<Partial<Record<LimitName, LimitUse>>> = limitUse(hub.state, inUse, hub.now());
      return limitNames.map((name): LimitLine => {
        const { scope, what, value: usual } = limitTable[name];
        const used = use[name];
        return {
          name,
          scope,
          what,
          inBytes: what.startsWith('bytes '),
          value: hub.limits[name],
          usual,
          ...(used === undefined ? {} : { used }),
        };
      });
    },
  };
}
