import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const module = new URL('../../src/cli/young-generation.ts', import.meta.url).href;

/** MiB that V8 allots for short-lived objects at most, while a million objects come and stay. */
function mostMiB(begin: string): number {
  const code = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { setImmediate as turn } from 'node:timers/promises';
    ${begin}
    const kept = [];
    let most = 0;
    for (let n = 0; n < 1_000; n++) {
      for (let m = 0; m < 1_000; m++) kept.push({ n, m: [m] });
      await turn();
      most = Math.max(most, getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
    }
    console.log(most / 2 ** 20);`;
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test('[CL28] what V8 allots for short-lived objects stays small, however many come and stay', () => {
  expect(mostMiB('')).toBeGreaterThan(32);
  expect(mostMiB(`(await import('${module}')).boundYoungGeneration();`)).toBeLessThanOrEqual(16);
});
