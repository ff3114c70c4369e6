import { expect, test } from 'vitest';
import { SharedRoom } from '../../src/hub/disk/shared-room.ts';

/** Takes ones until there is no room. */
function fill(room: SharedRoom, keyId: string | undefined): number {
  let taken = 0;
  while (room.take(keyId, 1)) taken += 1;
  return taken;
}

test('[FI48] each key may hold as many bytes as are free, so there is always room for another', () => {
  const room = new SharedRoom(120);
  expect(fill(room, 'a')).toBe(60);
  expect(fill(room, 'b')).toBe(30);
  expect(fill(room, 'c')).toBe(15);
  expect(fill(room, 'a')).toBe(0);
  room.add('a', -60);
  expect(room.bytes).toBe(45);
  expect(fill(room, 'b')).toBe(23);
  expect(fill(room, undefined)).toBe(52);
  expect(room.bytes).toBe(120);
  expect(room.take('d', 1)).toBe(false);
});
