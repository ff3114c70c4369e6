import type { DatabaseSync } from 'node:sqlite';

interface Launch {
  readonly id: string;
  /** Place before its first frame. */
  readonly base: number;
}

/** Turns ids of frames (`frm_<launch>_<n>`) into places, which grow over all launches, and back. */
export class Launches {
  /** Oldest first. */
  readonly #all: Launch[];

  /** Reads the launches, and adds that of `launchId` behind all frames that ever were. */
  constructor(db: DatabaseSync, launchId: string, at: number) {
    const rows = db.prepare('SELECT launch, base FROM launches ORDER BY base, at').all();
    this.#all = rows.map(({ launch, base }) => ({ id: String(launch), base: Number(base) }));
    const last = db
      .prepare(
        "SELECT max(coalesce((SELECT value FROM meta WHERE name = 'last'), 0), coalesce((SELECT max(n) FROM frames), 0)) AS last",
      )
      .get();
    const known = this.#all.find(({ id }) => id === launchId);
    if (known) return;
    const base = Number(last?.['last'] ?? 0);
    db.prepare('INSERT INTO launches (launch, base, at) VALUES (?, ?, ?)').run(launchId, base, at);
    this.#all.push({ id: launchId, base });
  }

  /** Place before the first frame of the present launch. */
  get base(): number {
    return this.#all.at(-1)?.base ?? 0;
  }

  /** The place of a frame; `undefined` for an id of a launch that is not known. */
  placeOf(frameId: string): number | undefined {
    const [, launch, n] = /^frm_(.+)_(\d+)$/u.exec(frameId) ?? [];
    const found = this.#all.find(({ id }) => id === launch);
    return found && n !== undefined ? found.base + Number(n) : undefined;
  }

  idOf(place: number): string {
    const launch = this.#all.findLast(({ base }) => base < place) ?? this.#all[0];
    return `frm_${launch?.id ?? ''}_${place - (launch?.base ?? 0)}`;
  }
}
