import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, rssOf } from '../../support/child.ts';

const MIB = 1024 * 1024;
/** No attack may take more of the machine than this. */
const MOST_BYTES = 3 * 1024 * MIB;
const SAMPLED_EVERY_MS = 50;
/** A loop that does not answer for so long counts as stopped for so long. */
const ANSWER_MS = 60_000;

/** A hub of this tree, or of another, in a process of its own whose memory and loop are watched. */
export class AttackedHub {
  readonly #child: Child;
  readonly #folder: string;
  readonly #sampler: ReturnType<typeof setInterval>;
  readonly workspace: string;
  /** Its origin. */
  readonly url: string;
  readonly dashboard: string;
  /** Resolves with why, when it has ended by itself or had to be ended. */
  readonly ended: Promise<string>;
  /** The other tree whose hub it is. */
  readonly tree: string | undefined;
  #peak = 0;
  #isTooLarge = false;

  private constructor(child: Child, folder: string, tree: string | undefined) {
    this.tree = tree;
    this.#child = child;
    this.#folder = folder;
    this.workspace = String(child.ready['workspace']);
    this.url = new URL(String(child.ready['url'])).origin;
    this.dashboard = String(child.ready['dashboard']);
    this.ended = child.ended.then(() => (this.#isTooLarge ? 'ended: more than 3 GiB' : 'the process was gone'));
    this.#sampler = setInterval(() => this.#sample(), SAMPLED_EVERY_MS);
  }

  static async start(tree?: string): Promise<AttackedHub> {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-attack-'));
    const preload = new URL('../../support/watched.ts', import.meta.url).href;
    const env = {
      BENCH_WATCH: join(folder, 'watch'),
      BENCH_LIMITS: 'usual',
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import ${preload}`,
    };
    return new AttackedHub(await Child.start('hub-server.ts', env, tree), folder, tree);
  }

  /** Secrets of so many new keys, editors of the workspace. */
  async keys(count: number): Promise<string[]> {
    return await this.#child.keys(count);
  }

  /** Begins to look at loop and memory. */
  async watch(): Promise<void> {
    await this.#tell('watch');
    this.#peak = 0;
    this.#sample();
  }

  /** Sets its clock so many ms beside the machine's. */
  async setClock(offsetMs: number): Promise<void> {
    await this.#tell(`clock ${offsetMs}`);
  }

  /** Ms of the longest stop of its loop since {@link watch}. */
  async longestStop(): Promise<number> {
    const asked = performance.now();
    const { max } = await this.#tell('read');
    return Math.max(Number(max), performance.now() - asked);
  }

  /** Resident MiB of it and its processes: now, and at most since {@link watch}. */
  memory(): { readonly now: number; readonly peak: number } {
    const now = this.#sample();
    return { now: now / MIB, peak: this.#peak / MIB };
  }

  /** How many sockets it has open. */
  sockets(): number {
    const folder = `/proc/${this.#child.pid}/fd`;
    return readdirSync(folder).filter((fd) => isSocket(join(folder, fd))).length;
  }

  /** One that does not end when asked is killed. */
  async stop(): Promise<void> {
    clearInterval(this.#sampler);
    const timer = setTimeout(() => this.#child.kill(), 5_000);
    await this.#child.stop();
    clearTimeout(timer);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #sample(): number {
    const bytes = treeBytes(this.#child.pid);
    this.#peak = Math.max(this.#peak, bytes);
    if (bytes > MOST_BYTES) {
      this.#isTooLarge = true;
      this.#child.kill();
    }
    return bytes;
  }

  async #tell(command: string): Promise<{ readonly max: string }> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const peer = connect(join(this.#folder, 'watch'), () => peer.write(`${command}\n`));
    let text = '';
    peer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    peer.on('end', () => resolve(text)).on('error', reject);
    const timer = setTimeout(() => resolve(JSON.stringify({ max: ANSWER_MS })), ANSWER_MS);
    try {
      return JSON.parse(await promise) as { max: string };
    } finally {
      clearTimeout(timer);
      peer.destroy();
    }
  }
}

/** Resident bytes of a process and of all that it started. */
function treeBytes(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.reduce((sum, child) => sum + treeBytes(Number(child)), rssOf(pid) || 0);
  } catch {
    return 0; // it has ended
  }
}

function isSocket(link: string): boolean {
  try {
    return readlinkSync(link).startsWith('socket:');
  } catch {
    return false; // closed meanwhile
  }
}
