import type { Hub, EncodedEvent } from '../../../hub/hub.ts';
import { factsOf } from '../../../protocol/events.ts';
import type { Tick } from '../../../protocol/ticks.ts';

/**
 * The newest progress of all that is under way, for a dashboard that opens later: an idle session sends no
 * pulse, so its traffic would be unknown until it moves.
 */
export class LastTicks {
  readonly #hub: Pick<Hub, 'state'>;
  readonly #ticks = new Map<string, Tick>();

  constructor(hub: Pick<Hub, 'state'>) {
    this.#hub = hub;
  }

  /** Late ticks of what has ended are not kept, nor are lines of jobs' logs, which the job itself has. */
  keep(tick: Tick): void {
    const { sessions, jobs, uploads } = this.#hub.state;
    switch (tick.type) {
      case 'session.pulse':
        if (sessions.has(tick.sessionId)) this.#ticks.set(tick.sessionId, tick);
        return;
      case 'job.progress':
        if (jobs.has(tick.jobId)) this.#ticks.set(tick.jobId, tick);
        return;
      case 'upload.progress':
        if (uploads.has(tick.uploadId)) this.#ticks.set(tick.uploadId, tick);
        return;
      case 'job.log':
        return;
      default:
        tick satisfies never;
    }
  }

  /** Forgets what has ended. */
  onEvents(batch: readonly EncodedEvent[]): void {
    for (const { event } of batch) {
      const ended = factsOf(event.type).endsTicksOf(event);
      if (ended !== undefined) this.#ticks.delete(ended);
    }
  }

  all(): readonly Tick[] {
    return [...this.#ticks.values()];
  }
}
