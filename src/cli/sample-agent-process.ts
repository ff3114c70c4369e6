import { fork } from 'node:child_process';
import type { SampleAgentLauncher } from '../server/desk/sample-agents.ts';
import type { CliLogger } from './logger.ts';

/** How long the agents may take to end before their process is killed. */
const STOP_MS = 5_000;

/** Keys of sample agents are handed over here: command lines can be read by every user of a machine. */
export const AGENT_KEYS_VARIABLE = 'SIGNALBOX_AGENT_KEYS';

/**
 * Runs the sample agents in a process of their own, which is this program's `agent` command: whatever
 * they do, the hub's loop does not feel it. The process ends with the hub, even a killed one, because
 * the channel between them then breaks.
 */
export function sampleAgentProcess(logger: CliLogger): SampleAgentLauncher {
  return ({ url, workspace, keys }) => {
    const program = process.argv[1] ?? '';
    const child = fork(program, ['agent', '--url', url, '--workspace', workspace], {
      env: { ...process.env, [AGENT_KEYS_VARIABLE]: JSON.stringify(keys) },
      // What they say goes to stderr: stdout belongs to the hub's announcement.
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
