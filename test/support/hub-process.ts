import { runProgram, type Program } from './run-program.ts';

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
  readonly #program: Program;
  readonly announced: Announcement;

  get pid(): number {
    return this.#program.child.pid ?? 0;
  }

  private constructor(program: Program, announced: Announcement) {
    this.#program = program;
    this.announced = announced;
  }

  /** Starts it and waits for its first line. `program` is the command line to run, unless it is the built one. */
  static async start(
    dataDir: string,
    { port = 0, ...options }: { port?: number; program?: string | undefined; env?: Record<string, string> } = {},
  ): Promise<HubProcess> {
    const hub = runProgram(['serve', '--json', '--port', String(port), '--data-dir', dataDir], options);
    const first = await hub.lines.next();
    if (first.done === true) {
      const { exitCode, err } = await hub.ended;
      throw new Error(`the hub ended with ${exitCode}: ${err}`);
    }
    return new HubProcess(hub, JSON.parse(first.value) as Announcement);
  }

  /** What it wrote to stderr, its log: when it has ended. */
  async log(): Promise<string> {
    return (await this.#program.ended).err;
  }

  /** No goodbye: what a power cut does to a process. */
  async kill(): Promise<void> {
    this.#program.child.kill('SIGKILL');
    await this.#program.ended;
  }

  /** As a person ends it; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#program.child.kill('SIGTERM');
    return (await this.#program.ended).exitCode;
  }
}

/** Runs one command of the command line to its end. */
export async function runCli(
  args: readonly string[],
  program?: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { exitCode, out, err } = await runProgram(args, { program }).ended;
  return { code: exitCode, stdout: out, stderr: err };
}
