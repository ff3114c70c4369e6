import type { KeyState } from '../../protocol/state.ts';
import type { TapOwner } from './exchange-tap.ts';

/** One object for each key, by which the recorder knows it again. */
const owners = new WeakMap<KeyState, TapOwner>();

/** Whose an exchange is that belongs to no session. */
export function keyOwner(key: KeyState): TapOwner {
  let owner = owners.get(key);
  if (!owner) {
    owner = { actor: { key: key.id } };
    owners.set(key, owner);
  }
  return owner;
}
