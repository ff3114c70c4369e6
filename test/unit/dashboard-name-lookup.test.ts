import { expect, test } from 'vitest';
import { NameLookup } from '../../src/dashboard/name-lookup.ts';
import { withKeyNames, withNames } from '../../src/dashboard/publish.ts';
import { emptyServerSlice } from '../../src/dashboard/server-slice.ts';
import type { NamedIds } from '../../src/protocol/records.ts';

function lookup(answer: (ids: readonly string[]) => Promise<NamedIds>) {
  const asked: (readonly string[])[] = [];
  const found: NamedIds[] = [];
  let due: (() => void)[] = [];
  const names = new NameLookup({
    ask: (ids) => {
      asked.push(ids);
      return answer(ids);
    },
    found: (named) => found.push(named),
    hasName: ({ jobPaths, owners }, id) => id in jobPaths || id in owners,
    setTimeout: (run) => due.push(run),
  });
  const settle = async (): Promise<void> => {
    const runs = due;
    due = [];
    for (const run of runs) run();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { names, asked, found, settle };
}

const named: NamedIds = { jobPaths: { job_1: 'plan.md' }, owners: { job_1: 'key_a', ses_1: 'key_b' } };

test('[UI51] ids that the page does not know are asked for together, each once', async () => {
  const { names, asked, found, settle } = lookup(() => Promise.resolve(named));
  for (const id of ['job_1', 'ses_1', 'job_1', 'ses_9']) names.want(id);
  await settle();
  names.want('ses_9'); // nobody knows it
  await settle();
  expect(asked).toEqual([['job_1', 'ses_1', 'ses_9']]);
  expect(found).toEqual([named]);
  const { jobPaths, owners } = withNames(emptyServerSlice, named);
  expect([jobPaths?.get('job_1'), owners?.get('ses_1')]).toEqual(['plan.md', 'key_b']);
  // The page forgets the oldest of many names, and then wants them again.
  names.want('ses_1');
  await settle();
  expect(asked.at(-1)).toEqual(['ses_1']);
});

test('[UI51] what could not be asked is asked again, and no more than the hub takes at once', async () => {
  const { names, asked, settle } = lookup(() => Promise.reject(new Error('away')));
  for (let n = 0; n < 201; n += 1) names.want(`job_${n}`);
  await settle();
  expect(asked.map(({ length }) => length)).toEqual([200, 1]);
  names.want('job_7');
  await settle();
  expect(asked.at(-1)).toEqual(['job_7']);
});

test('[UI51] the names of keys that are long revoked are kept beside those that the state has', () => {
  const { pastKeyNames } = withKeyNames(emptyServerSlice, { key_a: 'planner' });
  expect(pastKeyNames?.get('key_a')).toBe('planner');
});
