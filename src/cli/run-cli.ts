import { CommanderError } from 'commander';
import { HubError } from '../protocol/errors.ts';
import { CommandFailure, EXIT, reportError, type CliHost } from './host.ts';
import { createProgram } from './program.ts';

/** Runs one command line, without the program's name, and answers its exit code. */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  let exitCode: number = EXIT.ok;
  const asJson = args.includes('--json');
  const program = createProgram(host, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return endOfParsing(error, host, asJson);
    const failure = error instanceof CommandFailure ? error : undefined;
    reportError(host, failure ? failure.error : error, asJson);
    return failure ? failure.exitCode : EXIT.failed;
  }
}

/** Commander also ends by throwing where help or the version was asked for. */
function endOfParsing(error: CommanderError, host: CliHost, asJson: boolean): number {
  if (error.exitCode === 0) return EXIT.ok;
  if (error.code !== 'commander.help') {
    reportError(host, new HubError('invalid_argument', inOneLine(error.message)), asJson);
  }
  return EXIT.usage;
}

/** Commander puts a guess in brackets on a second line: `error: unknown option '--prot'\n(Did you mean --port?)`. */
function inOneLine(message: string): string {
  const [problem = '', guess = ''] = message.replace(/^error: /u, '').split('\n');
  const sentence = `${problem.charAt(0).toUpperCase()}${problem.slice(1).replace(/\.$/u, '')}.`;
  return [sentence, guess.replace(/^\((.*)\)$/u, '$1'), 'See --help.'].filter((part) => part !== '').join(' ');
}
