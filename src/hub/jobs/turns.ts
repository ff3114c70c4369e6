import type { JobState } from '../../protocol/state.ts';
import { MAX_RETRY_MS } from '../rules/jobs.ts';

/** Who asked for a job, as far as turns go: an agent's key, or `human`, or `hub`. */
function askerOf({ requestedBy }: JobState): string {
  return requestedBy.kind === 'agent' ? requestedBy.key : requestedBy.kind;
}

export interface TurnLimits {
  /** Jobs that run at the same time, in all. */
  readonly slots: number;
  /** Jobs of a kind that run at the same time. */
  readonly atOnce: (kind: string) => number;
}

/**
 * Whose job is next. Keys take turns, and workspaces do among what is left: of those that have the
 * fewest jobs running, the one whose turn was longest ago, then the job of the highest priority that was queued first. An
 * agent's key leaves one slot to the others, so that its slow jobs never keep them all waiting.
 */
export class Turns {
  readonly #limits: TurnLimits;
  /** By key and by workspace: the number of its last turn. */
  readonly #keys = new Map<string, number>();
  readonly #workspaces = new Map<string, number>();
  #turn = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** The job to begin `now` (ms since the epoch), of all that are queued or running; undefined when none may. */
  next(jobs: Iterable<JobState>, now: number): JobState | undefined {
    const queued: JobState[] = [];
    const running = new Map<string, number>();
    const add = (what: string): void => void running.set(what, (running.get(what) ?? 0) + 1);
    for (const job of jobs) {
      if (job.status === 'queued') {
        if (waitOf(job, now) === 0) queued.push(job);
      } else for (const what of ['all', `kind ${job.kind}`, `key ${askerOf(job)}`, `in ${job.workspace}`]) add(what);
    }
    const count = (what: string): number => running.get(what) ?? 0;
    if (count('all') >= this.#limits.slots) return undefined;
    const mayRun = (job: JobState): boolean => {
      if (count(`kind ${job.kind}`) >= this.#limits.atOnce(job.kind)) return false;
      return job.requestedBy.kind !== 'agent' || count(`key ${askerOf(job)}`) < Math.max(1, this.#limits.slots - 1);
    };
    const rank = (job: JobState): readonly number[] => [
      count(`key ${askerOf(job)}`),
      this.#keys.get(askerOf(job)) ?? 0,
      count(`in ${job.workspace}`),
      this.#workspaces.get(job.workspace) ?? 0,
      job.priority === undefined ? 1 : job.priority === 'high' ? 0 : 2,
      job.queuedSeq,
    ];
    let best: { readonly job: JobState; readonly rank: readonly number[] } | undefined;
    for (const job of queued) {
      if (!mayRun(job)) continue;
      const its = rank(job);
      if (!best || isBefore(its, best.rank)) best = { job, rank: its };
    }
    return best?.job;
  }

  /** Notes that a job begins. */
  begin(job: JobState): void {
    this.#turn += 1;
    this.#keys.set(askerOf(job), this.#turn);
    this.#workspaces.set(job.workspace, this.#turn);
  }
}

/** How many ms a queued job has to wait before it may be tried again. */
export function waitOf({ retries }: JobState, now: number): number {
  const waitMs = Math.max(0, (retries?.notBefore ?? 0) - now);
  // So far ahead is none of ours: the machine's clock was set back since.
  return waitMs > MAX_RETRY_MS ? 0 : waitMs;
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}
