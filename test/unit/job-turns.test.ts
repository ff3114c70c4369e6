import { expect, test } from 'vitest';
import { Turns } from '../../src/hub/jobs/turns.ts';
import type { JobState } from '../../src/protocol/state.ts';

/** Ms since the epoch. */
const NOW = 1_000_000;

let seq = 0;

/** A queued job of an agent's key, or of the person. */
function job(key: string, workspace = 'wsp_1', kind = 'file_extract'): JobState {
  seq += 1;
  return {
    id: `job_${seq}`,
    workspace,
    kind,
    fileId: 'fil_1',
    path: 'a',
    version: 1,
    attempt: 1,
    status: 'queued',
    requestedBy: key === 'person' ? { kind: 'human' } : { kind: 'agent', key },
    queuedAt: 0,
    queuedSeq: seq,
  };
}

const asker = ({ requestedBy }: JobState): string => (requestedBy.kind === 'agent' ? requestedBy.key : 'person');

/** Who gets the slots that are free, one after the other; each job that runs in `ends` turns is over by then. */
function order(jobs: readonly JobState[], slots: number, count: number, atOnce = 99): string[] {
  const turns = new Turns({ slots, atOnce: () => atOnce });
  const open = new Map(jobs.map((each) => [each.id, each]));
  const begun: JobState[] = [];
  const running: string[] = [];
  while (begun.length < count) {
    const next = turns.next(open.values(), NOW);
    if (next) {
      turns.begin(next);
      open.set(next.id, { ...next, status: 'running' });
      begun.push(next);
      running.push(next.id);
      continue;
    }
    const over = running.shift();
    if (over === undefined) break;
    open.delete(over);
  }
  return begun.map(asker);
}

test('[JB31] keys take turns, however many jobs each has queued before', () => {
  const jobs = [job('a'), job('a'), job('a'), job('a'), job('b'), job('c'), job('b')];
  expect(order(jobs, 1, 7)).toEqual(['a', 'b', 'c', 'a', 'b', 'a', 'a']);
});

test('[JB31] an agent’s key leaves a slot to the others; the person may use them all', () => {
  const turns = new Turns({ slots: 3, atOnce: () => 99 });
  const busy = [job('a'), job('a')].map((each) => ({ ...each, status: 'running' }) as const);
  expect(turns.next([...busy, job('a')], NOW)).toBeUndefined();
  const other = job('b');
  expect(turns.next([...busy, job('a'), other], NOW)).toBe(other);
  const person = [job('person'), job('person')].map((each) => ({ ...each, status: 'running' }) as const);
  expect(turns.next([...person, job('person')], NOW)?.requestedBy).toEqual({ kind: 'human' });
  expect(new Turns({ slots: 1, atOnce: () => 1 }).next([job('a')], NOW)).toBeDefined();
});

test('[JB31] of keys that are equal, the workspace with less at work comes first', () => {
  const turns = new Turns({ slots: 4, atOnce: () => 99 });
  const busy = { ...job('a', 'wsp_1'), status: 'running' } as const;
  const [near, far] = [job('b', 'wsp_1'), job('c', 'wsp_2')];
  expect(turns.next([busy, near, far], NOW)).toBe(far);
});

test('[JB32] of a kind run no more at once than it allows, and of all no more than there are slots', () => {
  const jobs = [job('a'), job('b'), job('c'), job('d')];
  const running = jobs.slice(0, 2).map((each) => ({ ...each, status: 'running' }) as const);
  expect(new Turns({ slots: 9, atOnce: () => 2 }).next([...running, ...jobs.slice(2)], NOW)).toBeUndefined();
  const another = job('e', 'wsp_1', 'file_hash');
  expect(new Turns({ slots: 9, atOnce: () => 2 }).next([...running, ...jobs.slice(2), another], NOW)).toBe(another);
  expect(new Turns({ slots: 2, atOnce: () => 9 }).next([...running, ...jobs.slice(2)], NOW)).toBeUndefined();
});
