import type { EventsOf } from '../events.ts';
import type { HubState } from '../state.ts';
import { timeOf } from '../time-of.ts';

/** Jobs that are not finished: queued again they keep their place, finished they leave. */
export function reduceJob(state: HubState, event: EventsOf<'job'>): void {
  switch (event.type) {
    case 'job.queued': {
      const was = state.jobs.get(event.jobId);
      state.jobs.set(event.jobId, {
        id: event.jobId,
        workspace: event.workspace,
        kind: event.kind,
        fileId: event.fileId,
        path: event.path,
        version: event.version,
        ...(event.input === undefined ? {} : { input: event.input }),
        attempt: event.attempt,
        // Queued again by the hub: its end cut the job off. By hand it begins anew.
        ...(event.actor.kind === 'hub' && was ? { interruptions: (was.interruptions ?? 0) + 1 } : {}),
        status: 'queued',
        // A job that the hub queues again after a restart still belongs to whoever asked for it first.
        requestedBy: event.actor.kind === 'hub' ? (was?.requestedBy ?? event.actor) : event.actor,
        queuedAt: timeOf(event),
        queuedSeq: event.seq,
      });
      return;
    }
    case 'job.started': {
      const was = state.jobs.get(event.jobId);
      if (was) state.jobs.set(was.id, { ...was, status: 'running', startedAt: timeOf(event) });
      return;
    }
    case 'job.succeeded':
    case 'job.failed':
    case 'job.cancelled':
      state.jobs.delete(event.jobId);
      return;
    default:
      event satisfies never;
  }
}
