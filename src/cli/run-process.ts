import { ProcessHost } from './process-host.ts';
import { runCli } from './run-cli.ts';
import { boundYoungGeneration } from './young-generation.ts';

/** Runs this process's command line, and ends the process with its exit code. */
export async function runProcess(): Promise<never> {
  boundYoungGeneration();
  const host = new ProcessHost();
  return host.exit(await runCli(process.argv.slice(2), host));
}
