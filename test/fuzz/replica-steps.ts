import fc from 'fast-check';
import { fileStep, type FileStep } from '../support/random-file-steps.ts';

export const AGENTS = 4;
const PATHS = ['plan.md', 'a/b.txt', 'ü "c"'];

const who = fc.nat(AGENTS - 1);
const where = fc.constantFrom(...PATHS);

/** What agents and people do, and what happens to them. */
export const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('acquire'),
      who,
      where,
      waitMs: fc.constantFrom(0, 4000, 60_000),
      ttlMs: fc.constantFrom(5000, 20_000),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('release'), who, where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('renew'), who, where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave'), who, where }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('force'), where }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('connect'), who }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('introduce', 'drop', 'resume', 'close', 'subscribe'), who }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('viewer', 'editor', 'editor', 'outsider', 'revoke'), who }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('workspace', 'rename', 'delete') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('reach', 'reach', 'lift'), who, where }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.constantFrom(100, 4000, 6000, 30_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump'), ms: fc.constantFrom(-3_600_000, 10_000) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('attach', 'detach', 'resume replica', 'turn') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart') }) },
  { weight: 24, arbitrary: fc.record({ kind: fc.constant('file'), who, file: fileStep }) },
) as fc.Arbitrary<Step>;

export interface Step {
  readonly kind: string;
  readonly who?: number;
  readonly where?: string;
  readonly waitMs?: number;
  readonly ttlMs?: number;
  readonly ms?: number;
  readonly file?: FileStep;
}

const file = (kind: string, fields: object): Step => ({
  kind: 'file',
  who: 0,
  file: { kind, elsewhere: false, byPerson: true, nth: 0, ...fields } as unknown as FileStep,
});

/** Whatever chance brings: this once, everything that the test is about has happened. */
export const everything: Step[] = [
  { kind: 'acquire', who: 0, where: 'plan.md', waitMs: 0, ttlMs: 20_000 },
  { kind: 'acquire', who: 1, where: 'plan.md', waitMs: 60_000, ttlMs: 20_000 },
  { kind: 'acquire', who: 2, where: 'plan.md', waitMs: 0, ttlMs: 20_000 },
  { kind: 'renew', who: 0, where: 'plan.md', ttlMs: 20_000 },
  { kind: 'release', who: 0, where: 'plan.md' },
  { kind: 'connect', who: 0 },
  { kind: 'introduce', who: 0 },
  file('write', { where: 'notes.md', sizeBytes: 7 }),
  file('copy', { where: 'notes.md', to: 'a/c', overwrite: false, across: false }),
  file('remove', { where: 'notes.md', purge: false }),
  file('restore', { where: 'notes.md', version: 1 }),
  file('move', { where: 'a/c', to: 'notes.md', overwrite: true }),
  file('upload', { where: 'a/c', sizeBytes: 7 }),
  file('finish upload', {}),
  file('upload', { where: 'a/c', sizeBytes: 7 }),
  file('cancel upload', {}),
  file('extract', { where: 'a/c' }),
  file('start job', {}),
  file('succeed job', {}),
  file('extract', { where: 'a/c' }),
  file('start job', {}),
  { kind: 'restart' },
  file('fail job', {}),
  file('retry job', { nth: 1 }),
  file('cancel job', {}),
];
