import { expect, test } from 'vitest';
import type { Tick } from '../../src/protocol/ticks.ts';
import { TrafficPulses, type Pulsing } from '../../src/server/mcp/sessions/traffic-pulses.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('[BC10] a pulse comes each quarter of a second in which something moved, of what moved alone', () => {
  const clock = new FakeClock();
  const ticks: [session: string, at: number][] = [];
  const began = clock.now();
  const pulses = new TrafficPulses({
    now: clock.now,
    timers: clock.timers,
    tick: (tick: Tick) => void (tick.type === 'session.pulse' && ticks.push([tick.sessionId, tick.at - began])),
  });
  const session = (sessionId: string): Pulsing => ({
    pulse: (at) => ({
      type: 'session.pulse',
      sessionId,
      traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
      isOpen: true,
      queuedBytes: 0,
      calling: [],
      lastFrameAt: at,
      at,
    }),
  });
  const [one, two] = [session('one'), session('two')];
  for (let n = 0; n < 10; n += 1) pulses.touch(one);
  pulses.touch(two);
  clock.advance(249);
  expect(ticks).toEqual([]);
  clock.advance(1);
  expect(ticks.splice(0)).toEqual([
    ['one', 250],
    ['two', 250],
  ]);
  // Nothing moved, so nothing is sent; then the next turn.
  clock.advance(1_000);
  expect(ticks).toEqual([]);
  pulses.touch(two);
  clock.advance(100);
  pulses.touch(two);
  clock.advance(150);
  expect(ticks.splice(0)).toEqual([['two', 1_500]]);
  pulses.touch(one);
  clock.advance(250);
  expect(ticks.splice(0)).toEqual([['one', 1_750]]);
  pulses.touch(one);
  pulses.close();
  pulses.touch(two);
  clock.advance(1_000);
  expect(ticks).toEqual([]);
});
