import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { processStreams } from './process-streams.ts';
import { runConnect } from './run-connect.ts';

/** `connect.mjs`: all of `signalbox connect` in one file, which any Node from 20 on runs. */
const here = path.dirname(fileURLToPath(import.meta.url));
const launcher = path.resolve(here, '../../src/cli/launch/signalbox.mjs');
const args = process.argv.slice(2);

// A client that stops reading stderr still gets its answers.
process.stderr.on('error', () => undefined);
const serve = existsSync(launcher) ? [process.execPath, launcher, 'serve'] : undefined;
process.exitCode = await runConnect(args[0] === 'connect' ? args.slice(1) : args, processStreams(serve));
// What is still open (a connection that is kept, a hub that is just starting) must not keep the client waiting.
process.exit();
