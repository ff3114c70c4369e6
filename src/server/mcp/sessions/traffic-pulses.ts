import type { Hub } from '../../../hub/hub.ts';
import type { SessionPulse } from '../../../protocol/ticks.ts';

/** A session as its pulse sees it. */
export interface Pulsing {
  pulse(at: number): SessionPulse;
}

/** Sends dashboards what each session does: at most four times a second, and only where something moved. */
export class TrafficPulses {
  readonly #hub: Pick<Hub, 'timers' | 'now' | 'tick'>;
  readonly #moved = new Set<Pulsing>();
  #handle: unknown;
  #armed = false;

  constructor(hub: Pick<Hub, 'timers' | 'now' | 'tick'>) {
    this.#hub = hub;
  }

  /** Something moved in a session. */
  touch(session: Pulsing): void {
    this.#moved.add(session);
    if (this.#armed) return;
    this.#armed = true;
    this.#handle = this.#hub.timers.setTimeout(() => this.#send(), 250);
  }

  close(): void {
    this.#hub.timers.clearTimeout(this.#handle);
    this.#moved.clear();
    this.#armed = true; // and stays so: nothing is sent any more
  }

  #send(): void {
    this.#armed = false;
    const at = this.#hub.now();
    for (const session of this.#moved) this.#hub.tick(session.pulse(at));
    this.#moved.clear();
  }
}
