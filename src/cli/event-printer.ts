import type { Actor, HubEvent } from '../protocol/events.ts';
import type { KeyState } from '../protocol/state.ts';
import { writeJson, type CliHost } from './host.ts';

/** What every event has is printed in front; the rest is what the event says. */
const IN_FRONT = new Set(['seq', 'at', 'type', 'actor', 'prevHash', 'hash']);

/** Prints events in the order of the log, each once, as text or as JSON lines. */
export class EventPrinter {
  readonly #host: CliHost;
  readonly #asJson: boolean;
  readonly #names = new Map<string, string>();
  #last: { readonly seq: number; readonly at: number } | undefined;

  constructor(host: CliHost, asJson: boolean) {
    this.#host = host;
    this.#asJson = asJson;
  }

  /** The last event that was printed. */
  get last(): { readonly seq: number; readonly at: number } | undefined {
    return this.#last;
  }

  /** Learns how keys are called. */
  know(keys: readonly KeyState[]): void {
    for (const { id, name } of keys) this.#names.set(id, name);
  }

  /** Prints an event unless it, or a later one, was printed before. */
  print(event: HubEvent): void {
    if (this.#last && event.seq <= this.#last.seq) return;
    this.#last = { seq: event.seq, at: event.at };
    if (event.type === 'key.created') this.#names.set(event.keyId, event.name);
    if (this.#asJson) writeJson(this.#host, event);
    else this.#host.write(`${this.#line(event)}\n`);
  }

  #line(event: HubEvent): string {
    const said = Object.entries(event)
      .filter(([name, value]) => !IN_FRONT.has(name) && value !== undefined)
      .map(([name, value]) => `${name}=${typeof value === 'string' ? plain(value) : JSON.stringify(value)}`);
    const front = [String(event.seq).padStart(6), new Date(event.at).toISOString(), event.type.padEnd(20)];
    return [...front, plain(this.#actor(event.actor)).padEnd(12), ...said].join('  ');
  }

  #actor(actor: Actor): string {
    return actor.kind === 'agent' ? (this.#names.get(actor.key) ?? actor.key) : actor.kind;
  }
}

/** Text of agents goes to a terminal: what is not a plain word is quoted, and control characters spelt out. */
function plain(text: string): string {
  return /^[\p{L}\p{N}._:/@+-]+$/u.test(text)
    ? text
    : JSON.stringify(text).replace(/[\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069]/gu, (character) => {
        return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
      });
}
