import type { HubEvent } from '../protocol/events.ts';
import type { StateSnapshot } from '../protocol/snapshot.ts';
import { eventLine } from './event-line.ts';
import { writeJson, type CliHost } from './host.ts';
import { NamesById } from './names-by-id.ts';

/** A longer name does not widen its column: it shifts the rest of its line. */
const WIDEST = 24;

/** Prints events in the order of the log, each once: as aligned sentences, or as JSON lines. */
export class EventPrinter {
  readonly #host: CliHost;
  readonly #asJson: boolean;
  readonly #names = new NamesById();
  /** Width of each column so far; the last column needs none. */
  readonly #widths: number[] = [];
  #last: { readonly seq: number; readonly at: number } | undefined;

  constructor(host: CliHost, asJson: boolean) {
    this.#host = host;
    this.#asJson = asJson;
  }

  /** The last event that was printed, or else the one to begin after. */
  get last(): { readonly seq: number; readonly at: number } | undefined {
    return this.#last;
  }

  /** If nothing was printed yet: the seq after which to begin. */
  beginAfter({ seq, at }: { readonly seq: number; readonly at: number }): void {
    this.#last ??= { seq, at };
  }

  /** Takes the names of things from the hub's state. */
  know(state: StateSnapshot): void {
    this.#names.know(state);
  }

  /** Whose a session or a job is, as queries name them. */
  ownerOf(id: string): string | undefined {
    return this.#names.ownerOf(id);
  }

  /** Takes names from events, also from those that are not printed. */
  hear(events: readonly HubEvent[]): void {
    for (const event of events) this.#names.hear(event);
  }

  /** Ids of keys that the sentences of these events name, and whose names are not known. */
  unknownKeys(events: readonly HubEvent[]): readonly string[] {
    if (this.#asJson) return [];
    this.hear(events);
    for (const event of events) eventLine(event, this.#names);
    return this.#names.takeUnknownKeys();
  }

  /** Takes names of keys, by id. */
  knowKeys(names: Readonly<Record<string, string>>): void {
    this.#names.knowKeys(names);
  }

  /** Prints those of the events that were not printed before. */
  print(events: readonly HubEvent[]): void {
    const fresh = events.filter(({ seq }) => seq > (this.#last?.seq ?? 0));
    const newest = fresh.at(-1);
    if (newest) this.#last = { seq: newest.seq, at: newest.at };
    if (this.#asJson) for (const event of fresh) writeJson(this.#host, event);
    else this.#printLines(fresh);
  }

  #printLines(events: readonly HubEvent[]): void {
    this.hear(events);
    const lines = events.map((event) => eventLine(event, this.#names));
    for (const cells of lines)
      cells.forEach((cell, at) => (this.#widths[at] = Math.max(this.#widths[at] ?? 0, Math.min(cell.length, WIDEST))));
    for (const cells of lines) {
      const columns = cells.map((cell, at) => cell.padEnd(at < cells.length - 1 ? (this.#widths[at] ?? 0) : 0));
      this.#host.write(`${columns.join('  ')}\n`);
    }
  }
}
