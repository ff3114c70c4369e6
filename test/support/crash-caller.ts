import { connectDashboard } from './dashboard-client.ts';
import type { CrashSite } from './crash-site.ts';
import { statelessRequest } from './agent.ts';
import { ask, bearer } from './wire-client.ts';

/** Does one thing after the other with a hub that is killed again and again; notes what was acknowledged. */
export abstract class CrashCaller {
  readonly #site: CrashSite;
  #stopped = false;
  protected readonly secret: string;

  constructor(secret: string, site: CrashSite) {
    this.secret = secret;
    this.#site = site;
  }

  /** Ends after the step that is under way, or with the hub's next life. */
  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    for (let n = 0; !this.#stopped; n++) {
      const { url } = await this.#site.hubIsUp();
      try {
        await this.step(url, n);
        this.#site.onAck();
      } catch (error) {
        // A refusal has words; what the hub's end does to a connection has a code.
        if (error instanceof Refused) throw error;
      }
    }
  }

  /** One thing. Throws {@link Refused} where the hub says no, anything else where it is gone. */
  protected abstract step(url: string, n: number): Promise<void>;

  /** What a tool answers. */
  async call(url: string, name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
    const request = statelessRequest(this.secret, 1, 'tools/call', { name, arguments: args }, 'crash');
    const headers = { ...request.headers, accept: 'application/json' };
    const { json, text } = await ask(`${url}/mcp`, { ...request, headers });
    if (json.result === undefined || json.result['isError'] === true) throw new Refused(text);
    return json.result['structuredContent'] as Record<string, unknown>;
  }
}

/** The hub said no: in these runs it has no reason to. */
export class Refused extends Error {}

/** Takes locks, and gives every second one back. */
export class CrashLocker extends CrashCaller {
  /** Tokens that must be held, and those that must not, by path. */
  readonly held = new Map<string, string>();
  readonly released = new Set<string>();

  protected override async step(url: string, n: number): Promise<void> {
    const path = `locks/${n % 300}-${Math.floor(n / 300)}.txt`;
    if (this.held.size >= MOST_HELD) {
      const [oldest = '', token = ''] = [...this.held][0] ?? [];
      this.held.delete(oldest); // given back or not: only an acknowledgement says which
      await this.call(url, 'lock_release', { path: oldest, lock_token: token });
      this.released.add(token);
    }
    const { lock_token: token } = await this.call(url, 'lock_acquire', { path, ttl_s: 3_600, reason: 'crash' });
    this.held.set(path, String(token));
  }
}

const MOST_HELD = 40;

/** Starts jobs, one after the other. */
export class CrashJobStarter extends CrashCaller {
  readonly started: string[] = [];

  protected override async step(url: string, n: number): Promise<void> {
    const path = `jobs/${n % 10}.txt`;
    await this.call(url, 'file_write', { path, text: `job ${n}\n` });
    const { job_id: id } = await this.call(url, 'file_extract', { path });
    this.started.push(String(id));
    await this.call(url, 'job_wait', { job_id: id, timeout_ms: 2_000 });
  }
}

/** Makes keys as the person does, and revokes every second one. */
export class CrashKeyMaker extends CrashCaller {
  readonly #token: () => string;
  readonly good = new Map<string, string>();
  readonly revoked = new Set<string>();

  constructor(token: () => string, site: CrashSite) {
    super('', site);
    this.#token = token;
  }

  protected override async step(url: string, n: number): Promise<void> {
    const dashboard = await connectDashboard(url, bearer(this.#token()));
    try {
      const { secret, keyId } = await dashboard.api.keyCreate({ name: `made ${n} ${crypto.randomUUID()}`, roles: {} });
      this.good.set(keyId, secret);
      if (n % 2 === 0) return;
      this.good.delete(keyId);
      await dashboard.api.keyRevoke({ keyId });
      this.revoked.add(secret);
    } finally {
      dashboard.close();
    }
  }
}
