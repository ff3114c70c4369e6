import { ProcessHost } from './process-host.ts';
import { runCli } from './run-cli.ts';

const host = new ProcessHost();
await host.exit(await runCli(process.argv.slice(2), host));
