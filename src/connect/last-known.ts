import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RpcPart } from './rpc-message.ts';
import { isRecord } from '../protocol/is-record.ts';

/** Bytes of what is kept of one hub and name. */
const MOST_BYTES = 1024 * 1024;

/** Requests whose last answer stands in for the hub while it is away; of lists the first page. */
const KEPT = new Set([
  'initialize',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
]);

type Result = Readonly<Record<string, unknown>>;

/**
 * The last known answers of a hub, in a file of the data directory for its owner alone. They hold what any agent of the
 * key is shown: tools, prompts, names of workspaces; no secret and no content.
 */
export class LastKnown {
  readonly #file: string;
  readonly #log: (line: string) => void;
  #results: Record<string, Result> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param identity what tells this hub and name from others */
  constructor(dataDir: string, identity: string, log: (line: string) => void) {
    const name = createHash('sha256').update(identity).digest('hex').slice(0, 32);
    this.#file = path.join(dataDir, 'connect', `${name}.json`);
    this.#log = log;
  }

  /** What the hub answered to such a request last; undefined where it is not known, or is none that can stand in. */
  async answerTo(request: RpcPart, stateless: boolean): Promise<Result | undefined> {
    const name = nameOf(request, stateless);
    return name === undefined ? undefined : (await this.#load())[name];
  }

  /** Keeps an answer of the hub, if it is one that can stand in later. */
  keep(request: RpcPart, result: Result, stateless: boolean): Promise<void> {
    const name = nameOf(request, stateless);
    if (name !== undefined) this.#writing = this.#writing.then(() => this.#take(name, result));
    return this.#writing;
  }

  /** Resolves once everything that was to be kept is in the file. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #take(name: string, result: Result): Promise<void> {
    const results = await this.#load();
    if (JSON.stringify(results[name]) === JSON.stringify(result)) return;
    results[name] = result;
    await this.#write();
  }

  async #load(): Promise<Record<string, Result>> {
    if (this.#results) return this.#results;
    const results: Record<string, Result> = {};
    try {
      const text = await readFile(this.#file, 'utf8');
      const kept: unknown = text.length > MOST_BYTES ? {} : JSON.parse(text);
      for (const [name, result] of Object.entries(isRecord(kept) ? kept : {})) {
        if (isRecord(result)) results[name] = result;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT') this.#log(`What was known of the hub cannot be read: ${String(error)}`);
    }
    return (this.#results ??= results);
  }

  async #write(): Promise<void> {
    const text = JSON.stringify(this.#results);
    if (Buffer.byteLength(text) > MOST_BYTES) return;
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
      await rename(temporary, this.#file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      this.#log(`What is known of the hub cannot be kept: ${String(error)}`);
    }
  }
}

function nameOf({ method = '', params }: RpcPart, stateless: boolean): string | undefined {
  if (!KEPT.has(method) || params?.['cursor'] !== undefined) return undefined;
  return `${stateless ? 'stateless' : 'session'} ${method}`;
}
