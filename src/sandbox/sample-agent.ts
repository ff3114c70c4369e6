import { HubError } from '../protocol/errors.ts';
import type { EventOf, AgentEvent } from '../protocol/events.ts';
import { workspaceUri } from '../protocol/uris.ts';
import { textField, type AgentLink, type CallOptions, type ToolFields, type LinkOptions } from './agent-link.ts';
import { isReport, reportPath, withSection } from './report.ts';
import { Wake } from './wake.ts';
import { type Wire, wireNames } from '../protocol/wire-names.ts';

type Connect = (options: LinkOptions) => Promise<AgentLink>;
type NewVersion = EventOf<'file.written' | 'file.copied' | 'file.restored' | 'file.moved'>;

export interface SampleAgentOptions {
  readonly url: string;
  readonly key: string;
  readonly name: string;
  readonly wire: Wire;
  /** Id of the workspace to watch. */
  readonly workspace: string;
  readonly connect: Connect;
  /** How long it holds the lock before it writes, in ms. */
  readonly ponderMs: number;
  log(line: string): void;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/**
 * Watches a workspace; extracts each new file, waits for the lock on its report and writes its section. It
 * reads missed events by `event_list`, so that each file is reported once, whatever happens to the
 * connection.
 */
export class SampleAgent {
  readonly #options: SampleAgentOptions;
  readonly #wake = new Wake();
  readonly #stopped = new AbortController();
  readonly #todo = new Map<number, NewVersion>();
  /** Seq of the last event seen; undefined until the first connection. */
  #seq: number | undefined;
  /** Events pushed while older ones are being read; they follow those. */
  #held: AgentEvent[] | undefined;
  #lost: string | undefined;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: SampleAgentOptions) {
    this.#options = options;
  }

  /** Works until `stop`; resolves then. */
  async run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#isStopped()) {
      try {
        await this.#connected();
      } catch (error) {
        if (this.#isStopped()) return;
        if (error instanceof HubError && isFinal(error)) throw error;
        log(`lost the hub (${String(error)}); trying again in ${this.#retryMs} ms`);
        await pause(this.#retryMs, this.#stopped.signal);
        this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      }
    }
  }

  stop(): void {
    this.#stopped.abort();
    this.#wake.raise();
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Options of a call that waits at the hub: it is aborted when the agent is stopped. */
  #waiting(): CallOptions {
    return { timeoutMs: 60_000, signal: this.#stopped.signal };
  }

  /** One connection, from its handshake to its end. */
  async #connected(): Promise<void> {
    const { connect, url, key, name, workspace, log } = this.#options;
    this.#lost = undefined;
    const held: AgentEvent[] = [];
    this.#held = held;
    const link = await connect({
      url,
      key,
      name,
      subscribeTo: workspaceUri(workspace, 'events'),
      onEvent: (event) => (this.#held ? this.#held.push(event) : this.#take(event)),
      onLost: (reason) => {
        this.#lost = reason;
        this.#wake.raise();
      },
    });
    try {
      await this.#catchUp(link, held);
      this.#retryMs = FIRST_RETRY_MS;
      log('watches the workspace');
      for (;;) {
        await this.#workOff(link);
        await this.#wake.wait();
        if (this.#isStopped()) return;
        if (this.#lost !== undefined) throw new Error(this.#lost);
      }
    } finally {
      await link.close().catch((error: unknown) => log(`did not close cleanly: ${String(error)}`));
    }
  }

  #take(event: AgentEvent): void {
    if (event.seq <= (this.#seq ?? 0)) return; // seen already, during a catch-up
    this.#seq = event.seq;
    if (!isNewVersion(event) || event.workspace !== this.#options.workspace || isReport(event.path)) return;
    this.#todo.set(event.seq, event);
    this.#wake.raise();
  }

  /**
   * Reads the events since the last one seen (none on the first connection), and goes on with those pushed
   * meanwhile.
   */
  async #catchUp(link: AgentLink, held: readonly AgentEvent[]): Promise<void> {
    const { workspace } = this.#options;
    let upTo: unknown;
    if (this.#seq === undefined) {
      upTo = (await link.call('whoami', {}))['seq'];
    } else {
      for (let more = true; more;) {
        const page = await link.call('event_list', { workspace, after_seq: upTo ?? this.#seq, limit: 200 });
        const events = Array.isArray(page['events']) ? (page['events'] as AgentEvent[]) : [];
        for (const event of events) this.#take(event);
        upTo = page['last_seq'];
        more = page['next_cursor'] !== undefined;
      }
    }
    this.#held = undefined;
    for (const event of held) this.#take(event);
    this.#seq = Math.max(this.#seq ?? 0, Number(upTo));
  }

  async #workOff(link: AgentLink): Promise<void> {
    for (const [seq, event] of this.#todo) {
      if (this.#isStopped()) return;
      await this.#report(link, event);
      this.#todo.delete(seq);
    }
  }

  /** Extracts one new version and writes this agent's section of its report. */
  async #report(link: AgentLink, { path, version }: NewVersion): Promise<void> {
    const { workspace, log } = this.#options;
    try {
      const facts = await this.#extract(link, path, version);
      await this.#write(link, path, version, facts);
      log(`reported on ${path} version ${version}`);
    } catch (error) {
      // A file that is gone or unreadable does not stop this agent; a broken wire does.
      if (!(error instanceof HubError)) throw error;
      log(`${error.code} on ${path} in ${workspace}: ${error.message}`);
    }
  }

  async #extract(link: AgentLink, path: string, version: number): Promise<ToolFields> {
    const { workspace } = this.#options;
    const job_id = textField(await link.call('file_extract', { workspace, path, version }), 'job_id');
    for (;;) {
      const job = await link.call('job_wait', { job_id, timeout_ms: 30_000 }, this.#waiting());
      switch (job['status']) {
        case 'succeeded':
          return (job['result'] ?? {}) as ToolFields;
        case 'failed':
          return { problem: (job['error'] as ToolFields)['message'] };
        case 'cancelled':
          return { problem: `cancelled: ${String(job['cancel_reason'])}` };
        default: // still running: wait again
      }
    }
  }

  async #write(link: AgentLink, path: string, version: number, facts: ToolFields): Promise<void> {
    const { workspace, name, wire } = this.#options;
    const report = reportPath(path);
    const lock = await link.call(
      'lock_acquire',
      { workspace, path: report, ttl_s: 30, wait_ms: 50_000, reason: `report on ${path}` },
      this.#waiting(),
    );
    const lock_token = textField(lock, 'lock_token');
    try {
      const text = await readIfThere(link, workspace, report);
      const fence = Number(lock['fence']);
      await pause(this.#options.ponderMs, this.#stopped.signal);
      const written = withSection(text, { agent: name, wire: wireNames[wire], path, version, facts, fence });
      await link.call('file_write', { workspace, path: report, text: written, mime: 'text/markdown', lock_token });
    } finally {
      await link.call('lock_release', { workspace, path: report, lock_token });
    }
  }
}

function isNewVersion(event: AgentEvent): event is NewVersion {
  return ['file.written', 'file.copied', 'file.restored', 'file.moved'].includes(event.type);
}

/** Refusals for which trying again is useless. */
function isFinal({ code }: HubError): boolean {
  return (
    code === 'key_revoked' ||
    code === 'key_expired' ||
    code === 'key_suspended' ||
    code === 'unauthorized' ||
    code === 'forbidden'
  );
}

async function readIfThere(link: AgentLink, workspace: string, path: string): Promise<string | undefined> {
  const { files } = await link.call('file_list', { workspace, prefix: path });
  const isThere = Array.isArray(files) && files.some((file: ToolFields) => file['path'] === path);
  if (!isThere) return undefined;
  let text = '';
  let part: ToolFields = { next_start_byte: 0 };
  while (part['next_start_byte'] !== undefined) {
    part = await link.call('file_read', { workspace, path, as: 'text', start_byte: part['next_start_byte'] });
    text += textField(part, 'text');
  }
  return text;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
