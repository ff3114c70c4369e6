import { processStreams } from '../../connect/process-streams.ts';
import { runConnect } from '../../connect/run-connect.ts';

/**
 * `connect`: a client's stdio MCP server, in this process. Stdin and stdout are the client's, so this is no command of
 * a {@link CliHost}, which knows text only.
 *
 * @returns the exit code
 */
export async function connect(args: readonly string[]): Promise<number> {
  const program = process.argv[1];
  return runConnect(args, processStreams(program === undefined ? undefined : [process.execPath, program, 'serve']));
}
