import { expect, test } from 'vitest';
import { connectionWords } from '../../src/dashboard/features/shell/connection-words.ts';
import { isUpToDate } from '../../src/dashboard/server-slice.ts';
import { SilenceWatch } from '../../src/dashboard/silence-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rig } from '../support/hub-client-rig.ts';

function watched() {
  const clock = new FakeClock();
  const seen: string[] = [];
  const start = clock.now();
  const watch = new SilenceWatch({
    now: () => clock.now(),
    setTimeout: (run, ms) => clock.timers.setTimeout(run, ms),
    clearTimeout: (handle) => clock.timers.clearTimeout(handle),
    onQuiet: (since) => seen.push(`quiet since ${since - start}`),
    onHeard: () => seen.push('heard'),
    onGone: () => seen.push('gone'),
  });
  return { clock, seen, watch };
}

test('[UI90] a hub that pulses is never silent; one that stops is noticed within five seconds', () => {
  const { clock, seen, watch } = watched();
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    watch.heard();
  }
  expect(seen).toEqual([]);
  clock.advance(3_000);
  expect(seen).toEqual([]); // a hub that is busy for a moment
  clock.advance(2_000);
  expect(seen).toEqual(['quiet since 60000']);
  watch.heard();
  watch.heard();
  expect(seen).toEqual(['quiet since 60000', 'heard']);
  clock.advance(17_000);
  expect(seen.slice(2)).toEqual(['quiet since 65000', 'gone']);
  watch.stop();
});

test('[UI90] a page that was itself busy or asleep looks again before it calls the hub silent', () => {
  const { clock, seen, watch } = watched();
  clock.advance(1_000);
  clock.jump(60_000); // asleep: the timer fires late, and what the hub said waits behind it
  clock.advance(1_000);
  expect(seen).toEqual([]);
  watch.heard();
  clock.advance(2_000);
  expect(seen).toEqual([]);
  watch.stop();
});

test('[UI90] silence is shown with the time of the last word, ends with the next, and then the channel is made anew', async () => {
  const { fake, store, client, settle, frame, retry } = rig();
  const connection = () => store.getState().server.connection;
  client.start();
  await settle();
  expect(isUpToDate(connection())).toBe(true);
  fake.isMute = true;
  for (let second = 0; second < 4; second += 1) await retry(); // the watch's own timer
  expect(connection()).toEqual({ status: 'live', since: 1_000, quietSince: 1_000 });
  expect(isUpToDate(connection())).toBe(false);
  expect(connectionWords(connection(), 6_200)).toEqual({
    tone: 'waiting',
    text: 'The hub has not answered for 5 s',
  });
  fake.isMute = false;
  fake.happen(1);
  await settle();
  frame();
  expect(connection()).toEqual({ status: 'live', since: 1_000 });
  const heardAt = 5_000;
  fake.isMute = true;
  for (let second = 0; second < 16; second += 1) await retry();
  expect(connection()).toMatchObject({ status: 'reconnecting', since: heardAt });
});
