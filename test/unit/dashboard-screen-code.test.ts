import { expect, test } from 'vitest';
import { CodeMissing, preload, ScreenCode } from '../../src/dashboard/screen-code.ts';

const View = () => null;

function flaky() {
  let isAway = true;
  let fetched = 0;
  const code = new ScreenCode(() => {
    fetched += 1;
    return isAway ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(View);
  });
  return { code, comeBack: () => (isAway = false), fetched: () => fetched };
}

test('[UI91] the code of a screen that could not be fetched is fetched again when it is tried again', async () => {
  const { code, comeBack, fetched } = flaky();
  await expect(code.load()).rejects.toBeInstanceOf(CodeMissing);
  await expect(code.load()).rejects.toThrow('Failed to fetch');
  expect(fetched()).toBe(1); // drawing it again does not ask the network
  comeBack();
  code.retry();
  expect(await code.load()).toBe(View);
  expect(code.loaded).toBe(View);
  code.retry();
  expect(await code.load()).toBe(View);
  expect(fetched()).toBe(2); // what is there is kept
});

test('[UI91] all screens are fetched ahead; one that fails keeps none of the others back, and is tried again', async () => {
  const first = flaky();
  const second = flaky();
  second.comeBack();
  await preload([first.code, second.code]);
  expect(first.code.loaded).toBeUndefined();
  expect(second.code.loaded).toBe(View);
  first.comeBack();
  await preload([first.code, second.code]);
  expect(first.code.loaded).toBe(View);
  expect(second.fetched()).toBe(1);
});
