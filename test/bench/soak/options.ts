/** Options of a soak on its command line; each has defaults of its own. */
export const options = {
  /** How many inputs or kills. */
  count: { type: 'string' },
  /** For how long, in seconds. */
  seconds: { type: 'string' },
  /** How many agents. */
  agents: { type: 'string' },
  /** For how long the hub's process is stopped in the middle, in seconds. */
  pause: { type: 'string' },
  /** The same seed gives the same inputs. */
  seed: { type: 'string' },
  /** Only what has this in its name. */
  only: { type: 'string' },
} as const;

export type SoakOptions = Partial<Record<Exclude<keyof typeof options, 'only'>, number>> & { readonly only?: string };
