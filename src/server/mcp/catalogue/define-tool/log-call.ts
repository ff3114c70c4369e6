import type { Urgency } from '../../../../hub/hub.ts';
import { HubError } from '../../../../protocol/errors.ts';
import type { Call } from '../call/call.ts';
import { argsDigest } from './args-digest.ts';

/** Logs the call; `soon` where its answer does not wait for that. While the disk refuses writes, a reading call goes unlogged; a writing one has been refused already. */
export function logCall(
  call: Call,
  tool: string,
  args: unknown,
  outcome: 'ok' | HubError['code'],
  began: number,
  urgency?: Urgency,
): void {
  const { hub } = call.deps;
  const { ctx, workspaceId } = call;
  try {
    const called = {
      type: 'tool.called' as const,
      tool,
      sessionId: ctx.sessionId,
      argsDigest: argsDigest(args),
      outcome,
      ms: Math.round((performance.now() - began) * 100) / 100,
    };
    // A workspace that is gone by now (workspace_delete) takes no more events.
    const isIn = workspaceId !== undefined && hub.state.workspaces.has(workspaceId);
    hub.record([isIn ? { ...called, workspace: workspaceId } : called], ctx.origin, urgency);
  } catch (error) {
    if (!(error instanceof HubError && error.code === 'storage_failed')) throw error;
  }
}
