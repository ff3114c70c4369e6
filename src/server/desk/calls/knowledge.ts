import type { HubAnswers } from '../../../protocol/api.ts';
import type { knowledgeCalls as calls } from '../../../protocol/calls/knowledge.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

/** Whose questions those of the desk are. */
const DESK = 'desk';

/** The Knowledge screen. */
export function answerKnowledgeCalls({ hub, knowledge }: CallDeps): Pick<HubAnswers, keyof typeof calls> {
  return {
    knowledgePlan: async ({ workspace }) => knowledge.plan(workspaceOf(hub, workspace)),
    knowledgeStatus: async ({ workspace }) => knowledge.status(workspaceOf(hub, workspace)),
    knowledgeFiles: async ({ workspace, ...request }) => knowledge.files(workspaceOf(hub, workspace), request),
    knowledgeAsk: async ({ workspace, question, paths }) =>
      knowledge.ask(DESK, workspaceOf(hub, workspace), { query: question, ...(paths === undefined ? {} : { paths }) }),
  };
}
