import { expect, test } from 'vitest';
import { Listeners } from '../../src/hub/listeners.ts';
import type { StorageNews } from '../../src/hub/log/event-log.ts';
import { StorageWatch } from '../../src/hub/store/storage-watch.ts';
import type { StorageHealth } from '../../src/protocol/api.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A watch on a log whose disk does as the test says; `undo` fails while `unread` is set. */
function watched() {
  const clock = new FakeClock();
  const asked = { retry: 0, halt: 0, undo: 0 };
  const healths: StorageHealth[] = [];
  const errors: string[] = [];
  const disk: { unread?: string } = {};
  let hear: (news: StorageNews) => void = () => undefined;
  const listeners = new Listeners<StorageHealth>();
  listeners.add((health) => healths.push(health));
  const watch = new StorageWatch({
    log: {
      onStorage: (listener) => {
        hear = listener;
        return () => undefined;
      },
      halt: () => void (asked.halt += 1),
      retry: () => void (asked.retry += 1),
    },
    timers: clock.timers,
    now: clock.now,
    logger: {
      info: () => undefined,
      warn: () => undefined,
      error: (_facts: object, message: string) => void errors.push(message),
    },
    listeners,
    onDamage: () => undefined,
    undo: () => {
      asked.undo += 1;
      if (disk.unread !== undefined) throw new Error(disk.unread);
    },
  });
  return {
    clock,
    watch,
    asked,
    healths,
    errors,
    disk,
    fails: () => hear({ status: 'failed', seq: 7, message: 'full' }),
    heals: () => hear({ status: 'ok' }),
  };
}

test('[LG18] a disk that refuses is asked each second until it takes writes, and again at the next failure', () => {
  const { clock, watch, asked, healths, fails, heals } = watched();
  const began = clock.now();
  fails();
  for (let second = 1; second <= 3; second += 1) {
    clock.advance(999);
    expect(asked.retry).toBe(second - 1);
    clock.advance(1);
    expect(asked.retry).toBe(second);
    fails();
  }
  // However often it refused: since the first time, and what was lost was taken back once.
  expect(healths.at(-1)).toEqual({ status: 'failed', since: began, message: 'full' });
  expect(asked.undo).toBe(1);
  heals();
  expect(watch.health).toEqual({ status: 'ok' });
  watch.mustBeOk();
  fails();
  expect(watch.health).toMatchObject({ status: 'failed', since: clock.now() });
  expect(asked.undo).toBe(2);
  expect(() => watch.mustBeOk()).toThrow(expect.objectContaining({ code: 'storage_failed' }));
  watch.close();
  clock.advance(5_000);
  expect(asked.retry).toBe(3);
});

test('[LG27] a log that cannot be read either is reported once for each reason and failure, and not well before it is', () => {
  const { watch, asked, errors, disk, fails, heals } = watched();
  disk.unread = 'damaged';
  fails();
  fails();
  expect(watch.health).toMatchObject({ message: 'full; the log cannot be read either: damaged' });
  expect(errors).toEqual([expect.stringContaining('could not be written'), expect.stringContaining('cannot be read')]);
  heals();
  expect([watch.health.status, asked.halt]).toEqual(['failed', 1]);
  delete disk.unread;
  heals();
  expect(watch.health).toEqual({ status: 'ok' });
  expect(asked.undo).toBe(4);
  // The next failure is reported again, also for the same reason.
  errors.splice(0);
  disk.unread = 'damaged';
  fails();
  expect(errors).toEqual([expect.stringContaining('could not be written'), expect.stringContaining('cannot be read')]);
});
