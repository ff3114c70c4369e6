import { onTestFinished } from 'vitest';
import { HubClient } from '../../src/dashboard/hub-client.ts';
import { createDashboardStore, type DashboardStore } from '../../src/dashboard/store.ts';
import { FakeHub } from './fake-hub.ts';

/** A client of a {@link FakeHub}, whose time and animation frames the test moves. */
interface Rig {
  readonly fake: FakeHub;
  readonly store: DashboardStore;
  readonly client: HubClient;
  /** Runs the animation frame that was asked for, if any. */
  readonly frame: () => void;
  /** Lets promises settle. */
  readonly settle: () => Promise<void>;
  /** Moves the clock to the next timer that is a retry, and runs it. */
  readonly retry: () => Promise<void>;
  readonly waits: number[];
}

/** Opens one; it is closed when the test is over. */
export function rig(): Rig {
  const fake = new FakeHub();
  const store = createDashboardStore({ screen: 'overview', params: {}, workspace: undefined });
  let pass: (() => void) | undefined;
  let isAsked = false;
  let now = 1_000;
  const waits: number[] = [];
  const timers = new Map<number, { run: () => void; ms: number }>();
  let nextTimer = 1;
  const client = new HubClient({
    connect: fake.connect,
    store,
    frames: (run) => {
      pass = run;
      return { request: () => (isAsked = true), close: () => undefined };
    },
    now: () => now,
    random: () => 1,
    setTimeout: (run, ms) => {
      timers.set(nextTimer, { run, ms });
      nextTimer += 1;
      return nextTimer - 1;
    },
    clearTimeout: (handle) => timers.delete(handle as number),
  });
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 60; n += 1) await Promise.resolve();
  };
  const made: Rig = {
    fake,
    store,
    client,
    waits,
    settle,
    frame() {
      if (isAsked) pass?.();
      isAsked = false;
    },
    async retry() {
      const [handle, timer] = [...timers].at(-1) ?? [];
      if (handle === undefined || !timer) throw new Error('No retry is due');
      timers.delete(handle);
      waits.push(timer.ms);
      now += timer.ms;
      timer.run();
      await settle();
    },
  };
  onTestFinished(() => client.close());
  return made;
}
