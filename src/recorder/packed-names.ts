import { agentId } from '../protocol/agent-id.ts';
import type { FrameParty } from './frame-input.ts';

/** Names that are kept to be known again; past that the list begins anew. */
const MOST_NAMES = 20_000;
/** Methods, tools, addresses and ids of requests are kept up to this length, in characters. */
export const NAME_CHARACTERS = 1_024;

/** Places of a party's names in the list. */
export type PackedParty = readonly [session: number, key: number, agent: number];
export const NOBODY: PackedParty = [NaN, NaN, NaN];

/** The hub's list of names: frames have their places in it, and each batch brings those that are new. */
export class PackedNames {
  readonly #at = new Map<string, number>();
  /** As many as names at most. */
  readonly #parties = new Map<FrameParty, PackedParty>();
  #added: string[] = [];
  #restart = true;

  /** Place of a name; `NaN` for none. */
  of(name: string | undefined): number {
    if (name === undefined) return NaN;
    let at = this.#at.get(name);
    if (at === undefined) {
      at = this.#at.size;
      this.#at.set(name, at);
      this.#added.push(name.length > NAME_CHARACTERS ? name.slice(0, NAME_CHARACTERS) : name);
    }
    return at;
  }

  party(party: FrameParty | undefined): PackedParty {
    if (!party) return NOBODY;
    let known = this.#parties.get(party);
    if (!known) {
      const { key, agent, session } = party;
      known = [this.of(session), this.of(key), this.of(key === undefined ? undefined : agentId(key, agent))];
      this.#parties.set(party, known);
    }
    return known;
  }

  /** What is new since it was asked last. */
  take(): { readonly names: readonly string[]; readonly restart: boolean } {
    const taken = { names: this.#added, restart: this.#restart };
    this.#added = [];
    this.#restart = this.#at.size > MOST_NAMES || this.#parties.size > MOST_NAMES;
    if (this.#restart) {
      this.#at.clear();
      this.#parties.clear();
    }
    return taken;
  }
}
