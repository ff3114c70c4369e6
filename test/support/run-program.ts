import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The command line as it is shipped: who runs tests or benches builds it first. */
export const mainProgram = fileURLToPath(new URL('../../out/cli/main.js', import.meta.url));

/** The command line as a process of its own. */
export interface Program {
  readonly child: ChildProcess;
  /** The lines of stdout, as they come. */
  readonly lines: AsyncIterator<string>;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly out: string; readonly err: string }>;
}

/** Starts it as it is built, or from where else `program` is. */
export function runProgram(
  args: readonly string[],
  { program = mainProgram, env = {} }: { program?: string | undefined; env?: Readonly<Record<string, string>> } = {},
): Program {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, out, err }));
  return { child, lines, ended };
}
