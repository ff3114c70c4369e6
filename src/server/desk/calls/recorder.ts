import type { HubAnswers } from '../../../protocol/api.ts';
import type { recorderCalls as calls } from '../../../protocol/calls/recorder.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** What is recorded, for how long, and what is kept longer. */
export function answerRecorderCalls({ hub, recorder }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    recorderSettings: () => recorder.settings(),
    setRecorder: async ({ workspace, ...change }) => {
      if (workspace === undefined) return recorder.settings(change);
      const asked = workspaceOf(hub, workspace.workspace);
      const { offWorkspaces } = await recorder.settings();
      const others = offWorkspaces.filter((id) => id !== asked);
      return recorder.settings({ ...change, offWorkspaces: workspace.on ? others : [...others, asked] });
    },
    recorderLook: (limits) => recorder.look(limits),
    recorderKeep: () => recorder.keep(),
    pinFrame: ({ frameId, on }) => recorder.pin(frameId, on),
  };
}
