import type { EventsOf } from '../events.ts';
import type { HubState, JobState } from '../state.ts';
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
        ...(event.fileId === undefined ? {} : { fileId: event.fileId }),
        path: event.path,
        ...(event.version === undefined ? {} : { version: event.version }),
        ...(event.input === undefined ? {} : { input: event.input }),
        ...(event.output === undefined ? {} : { output: event.output }),
        ...(event.priority === undefined ? {} : { priority: event.priority }),
        ...(event.parent === undefined ? {} : { parent: event.parent }),
        attempt: event.attempt,
        // By hand it begins anew.
        ...(event.actor.kind === 'hub' && was ? setbacks(event, was) : {}),
        status: 'queued',
        // A job that the hub queues again after a restart still belongs to who asked for it first.
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

/** What came in a job's way so far, when the hub queues it again: after its own end, or for a cause that can pass. */
function setbacks(
  event: Extract<EventsOf<'job'>, { type: 'job.queued' }>,
  { interruptions, retries }: JobState,
): Pick<JobState, 'interruptions' | 'retries'> {
  const { retry } = event;
  if (!retry) return { interruptions: (interruptions ?? 0) + 1, ...(retries && { retries }) };
  const { afterMs, code, message } = retry;
  return {
    ...(interruptions === undefined ? {} : { interruptions }),
    retries: { count: (retries?.count ?? 0) + 1, notBefore: timeOf(event) + afterMs, code, message },
  };
}
