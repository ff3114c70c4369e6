import { join } from 'node:path';
import { app, utilityProcess } from 'electron';
import { agentCommand } from '../src/server/desk/agent-command.ts';
import type { SampleAgentLauncher } from '../src/server/desk/sample-agents-run.ts';

/** Runs the scripted agents as a process of their own, so that they are real clients over the wire. */
export const launchSampleAgents: SampleAgentLauncher = (run) => {
  const { args, env } = agentCommand(run);
  const child = utilityProcess.fork(join(app.getAppPath(), 'out/cli/main.js'), args, {
    serviceName: 'Signalbox sample agents',
    env: { ...process.env, ...env },
  });
  const exited = new Promise<{ code: number | null }>((resolve) => {
    child.once('exit', (code) => resolve({ code }));
  });
  return {
    exited,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
};
