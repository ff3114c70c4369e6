import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** The first line that `signalbox serve --json` prints. */
export interface Announcement {
  readonly url: string;
  readonly sse: string;
  readonly mcp: string;
  readonly dashboard: string;
  readonly adminToken: string;
  readonly firstKey?: string;
}

/** `signalbox serve` in a process of its own, so that it can be killed. */
export class HubProcess {
  readonly #child: ChildProcess;
  readonly announced: Announcement;
  /** Resolves when it has ended, with its exit code, or null when it was killed. */
  readonly exited: Promise<number | null>;

  private constructor(child: ChildProcess, announced: Announcement, exited: Promise<number | null>) {
    this.#child = child;
    this.announced = announced;
    this.exited = exited;
  }

  /** Starts it and waits for its first line. `program` is the command line to run: its source, or as built. */
  static async start(
    dataDir: string,
    { port = 0, program = cli, env = {} }: { port?: number; program?: string; env?: Record<string, string> } = {},
  ): Promise<HubProcess> {
    const child = spawn(process.execPath, [program, 'serve', '--json', '--port', String(port), '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let complaints = '';
    child.stderr.on('data', (chunk) => (complaints += String(chunk)));
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const first = await new Promise<string>((resolve, reject) => {
      createInterface(child.stdout).once('line', resolve);
      void exited.then((code) => reject(new Error(`the hub ended with ${code}: ${complaints}`)));
    });
    return new HubProcess(child, JSON.parse(first) as Announcement, exited);
  }

  /** No goodbye: what a power cut does to a process. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** As a person ends it; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return await this.exited;
  }
}

/** Runs one command of the command line to its end. */
export async function runCli(
  args: readonly string[],
  program = cli,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
