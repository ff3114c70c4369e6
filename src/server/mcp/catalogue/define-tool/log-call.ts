import type { Urgency } from '../../../../hub/hub.ts';
import { HubError } from '../../../../protocol/errors.ts';
import type { Call } from '../call/tool-call.ts';
import { argsDigest } from './args-digest.ts';
import { loggedArgs, type LoggedArguments } from './logged-args.ts';
import { loggedRefusal } from './logged-refusal.ts';

/** A call as it is logged. */
export interface LoggedCall {
  readonly spec: LoggedArguments & { readonly name: string };
  /** Without secrets. */
  readonly args: unknown;
  /** When it began, by `performance.now()`. */
  readonly began: number;
}

/**
 * Logs the call, with what its tool declares of its arguments, and a refusal for good; `soon` where its answer does not
 * wait for that. While the disk refuses writes, a reading call goes unlogged; a writing one has been refused already.
 */
export function logCall(
  call: Call,
  { spec, args, began }: LoggedCall,
  outcome: 'ok' | 'internal' | HubError,
  urgency?: Urgency,
): void {
  const { hub } = call.deps;
  const { ctx, workspaceId } = call;
  try {
    const summary = loggedArgs(args, spec);
    const called = {
      type: 'tool.called' as const,
      tool: spec.name,
      sessionId: ctx.sessionId,
      argsDigest: argsDigest(args),
      ...(summary === undefined ? {} : { args: summary }),
      outcome: outcome instanceof HubError ? outcome.code : outcome,
      ...(outcome instanceof HubError ? loggedRefusal(outcome) : {}),
      ms: Math.round((performance.now() - began) * 100) / 100,
    };
    // A workspace that is gone by now (workspace_delete) takes no more events.
    const isIn = workspaceId !== undefined && hub.state.workspaces.has(workspaceId);
    hub.record([isIn ? { ...called, workspace: workspaceId } : called], ctx.origin, urgency);
  } catch (error) {
    if (!(error instanceof HubError && error.code === 'storage_failed')) throw error;
  }
}
