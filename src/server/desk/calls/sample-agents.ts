import type { HubAnswers } from '../../../protocol/api.ts';
import type { sampleAgentCalls as calls } from '../../../protocol/calls/sample-agents.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

export function answerSampleAgentCalls({ hub, sampleAgents }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    sampleAgentsStart: async ({ workspace }) => {
      if (!sampleAgents) {
        throw new HubError('conflict', 'This hub cannot start sample agents itself: run `signalbox agent` beside it.');
      }
      await sampleAgents.start(workspaceOf(hub, workspace));
    },
    sampleAgentsStop: async () => {
      await sampleAgents?.stop();
    },
    sampleAgentsRunning: async () => sampleAgents?.isRunning ?? false,
  };
}
