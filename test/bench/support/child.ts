import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own, commanded by messages; each is answered by one. */
export class Child {
  readonly #process: ChildProcess;
  readonly ready: Record<string, string>;

  private constructor(process: ChildProcess, ready: Record<string, string>) {
    this.#process = process;
    this.ready = ready;
  }

  /** Starts `script` of this folder; its first message says where it listens. */
  static async start(script: string, env: Record<string, string> = {}): Promise<Child> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = await answer(child);
    return new Child(child, ready);
  }

  async ask(command: string, count = 0): Promise<Record<string, string>> {
    const reply = answer(this.#process);
    this.#process.send({ command, count });
    return await reply;
  }

  /** Resident memory in bytes. */
  rss(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }
}

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
