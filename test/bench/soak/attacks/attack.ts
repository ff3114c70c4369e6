import type { AttackedHub } from './attacked-hub.ts';
import type { Neighbour } from './neighbour.ts';

/** Where an attack takes place. */
export interface Site {
  readonly hub: AttackedHub;
  /** Secrets of those who attack, editors of the hub's workspace. */
  readonly keys: readonly string[];
  /** An agent that does its work meanwhile. */
  readonly neighbour: Neighbour;
}

export interface Outcome {
  /** What was sent, and what became of it. */
  readonly words: string;
  /** In a word what it did to others beside memory and loop, if anything. */
  readonly harm?: string | undefined;
}

/** Does its worst for some seconds, and lets go of all that it opened. */
export type Attack = (site: Site) => Promise<Outcome>;
