import { fork } from 'node:child_process';
import { agentCommand } from '../server/desk/agent-command.ts';
import type { SampleAgentLauncher } from '../server/desk/sample-agents-run.ts';
import type { CliLogger } from './pino-logger.ts';

/** How long the agents may take to end before their process is killed. */
const STOP_MS = 5_000;

/**
 * Runs the sample agents in a process of their own, which is this program's `agent` command: they cannot slow
 * the hub's loop. The process ends with the hub, even when that is killed, because the channel between them
 * breaks.
 */
export function sampleAgentProcess(logger: CliLogger): SampleAgentLauncher {
  return (run) => {
    const { args, env } = agentCommand(run);
    const program = process.argv[1] ?? '';
    const child = fork(program, args, {
      env: { ...process.env, ...env },
      // Their output goes to stderr: stdout is for the hub's first line.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    const exited = new Promise<{ code: number | null }>((resolve) => {
      child.once('error', (error) => {
        logger.error({ err: error }, 'the sample agents could not be started');
        resolve({ code: null });
      });
      child.once('exit', (code) => resolve({ code }));
    });
    return {
      exited,
      async stop() {
        if (child.connected) child.disconnect();
        const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
        await exited;
        clearTimeout(timer);
      },
    };
  };
}
