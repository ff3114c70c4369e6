import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `BENCH_NODE='--cpu-prof --cpu-prof-dir=…' npm run bench -- fan-out` shows where a server's time goes. */
const profiling = (process.env['BENCH_NODE'] ?? '').split(' ').filter((option) => option !== '');

/** Another tree of this repository, to be measured beside this one: `BENCH_BASE=../old npm run bench -- file-write`. */
export const baseTree = process.env['BENCH_BASE'];

/** A server in a process of its own, commanded by messages; each is answered by one. */
export class Child {
  readonly #process: ChildProcess;
  readonly ready: Record<string, string>;
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;

  private constructor(process: ChildProcess, ready: Record<string, string>) {
    this.#process = process;
    this.ready = ready;
    this.ended = new Promise((resolve) => process.once('exit', () => resolve()));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Starts `script` of this folder, or of another tree's; its first message says where it listens. */
  static async start(script: string, env: Record<string, string> = {}, tree?: string): Promise<Child> {
    const ofThisTree = fileURLToPath(new URL(script, import.meta.url));
    const file = tree === undefined ? ofThisTree : path.resolve(tree, 'test/bench/support', script);
    const child = fork(file, {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', ...profiling],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = await answer(child);
    return new Child(child, ready);
  }

  /** Tells the server to do something; answers when it is done. */
  async ask(command: string, count = 0): Promise<Record<string, string>> {
    const reply = answer(this.#process);
    this.#process.send({ command, count });
    return await reply;
  }

  /** Secrets of so many new keys: a lock belongs to a key, and the dashboard tells agents apart by theirs. */
  async keys(count: number): Promise<string[]> {
    const keys: string[] = [];
    for (let n = 0; n < count; n++) keys.push(String((await this.ask('key'))['key']));
    return keys;
  }

  /** Resident memory in bytes. */
  rss(): number {
    return rssOf(this.pid);
  }

  /** Ms of processor time that it has used so far, all its threads together. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    await this.ended;
  }

  /** No goodbye. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

/** Resident memory of a process, in bytes. */
export function rssOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** Linux counts processor time in hundredths of a second, on every architecture that Node runs on. */
const MS_PER_TICK = 10;

function answer(child: ChildProcess): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null): void => reject(new Error(`bench server ended with ${code}`));
    child.once('exit', failed);
    child.once('message', (message) => {
      child.off('exit', failed);
      resolve(message as Record<string, string>);
    });
  });
}
