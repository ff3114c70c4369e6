import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { roles } from '../protocol/roles.ts';
import { toolSetSchema, type ToolSetName } from '../protocol/tool-policy.ts';
import { PRODUCT_VERSION } from '../protocol/version.ts';
import { addAuditCommands } from './audit-program.ts';
import type { CliHost } from './host.ts';
import { addWireCommands } from './wire-program.ts';
import type {
  AgentOptions,
  KeysCreateOptions,
  KeysRotateOptions,
  KeysSuspendOptions,
  ServeOptions,
  SetupOptions,
  TalkOptions,
} from './command-options.ts';

const EXIT_CODES = `
Exit codes:
  0  done
  1  refused or failed; stderr has "code: message" (with --json {"error": {code, message}})
  2  the command line is wrong
  3  no hub is running there, or it cannot be reached
  4  audit verify: the log, or a content, is not what was written

Environment:
  SIGNALBOX_DATA_DIR     where the hub's data lives (--data-dir)
  SIGNALBOX_PORT         port of "serve" (--port)
  SIGNALBOX_URL          the hub to talk to (--url)
  SIGNALBOX_ADMIN_TOKEN  its admin token (--admin-token)`;

/**
 * The commands and their options. Each command's code is loaded when it runs, so that `serve` does not load
 * the others. `end` is called with the exit code.
 */
export function createProgram(host: CliHost, end: (exitCode: number) => void): Command {
  const program = new Command('signalbox')
    .description('Agents share files, locks and jobs over MCP; you see it all live.')
    .version(PRODUCT_VERSION)
    .addHelpText('after', EXIT_CODES)
    .configureOutput({
      writeOut: (text) => host.write(text),
      writeErr: (text) => host.writeError(text),
      outputError: () => undefined,
    })
    .exitOverride();

  program
    .command('serve')
    .description('Run a hub: agents connect to it, and its dashboard opens in a browser.')
    .addOption(
      new Option('-p, --port <port>', 'port to listen on; 0 takes a free one')
        .env('SIGNALBOX_PORT')
        .default(7337)
        .argParser(portNumber),
    )
    .option('--host <address>', 'address to listen on; other machines need --allow-remote, and TLS', '127.0.0.1')
    .option('--allow-remote', 'other machines may reach --host')
    .option('--tls-cert <file>', 'certificate with its chain (PEM): the hub speaks TLS')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--behind-proxy', 'a proxy with TLS stands in front, at --public-url (SECURITY.md has blocks for some)')
    .addOption(dataDirOption())
    .option(
      '--requests-per-second <number>',
      'requests that each key may send; 0 for no limit (default: none where only this machine reaches the hub, else 100)',
      requestRate,
    )
    .option(
      '--limit <name=value>',
      'another limit than usual of what a key, a workspace or the hub may have; can be repeated (Settings lists them)',
      limitGiven,
    )
    .option(
      '--allow-host <name...>',
      'further names under which the hub may be reached, or origins of pages that may call it with a key',
    )
    .option(
      '--public-url <url>',
      'where agents reach the hub through a proxy or tunnel, as https://hub.example: links to files begin with it',
    )
    .option(
      '--json',
      'first line on stdout is JSON: url, sse, mcp, dashboard, adminToken, and at first launch firstKey',
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged on stderr, as JSON lines')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('warn'),
    )
    .action(async (options: ServeOptions) => {
      const { serve } = await import('./commands/serve.ts');
      end(await serve(options, host));
    });

  // It has options of its own: any Node from 20 on runs it without this program (out/cli/connect.mjs).
  const connect = program
    .command('connect')
    .description('An MCP server on stdin and stdout, for clients that start one: passes everything on to the hub.')
    .action(async () => {
      const { connect: run } = await import('./commands/connect.ts');
      end(await run(connect.args));
    });

  talking(program.command('setup'))
    .argument('[client]', 'such as claude-code, codex or cursor; all are listed when left out')
    .description('Set up a client of this machine to use this hub: shows the change to its file, and asks.')
    .option('--as <name>', 'name of the key and the agent; the name of the client when left out', agentName)
    .addOption(new Option('-r, --role <role>', 'what its key may do; editor when left out').choices(roles))
    .option('-w, --workspace <workspace>', 'where, by id or name; may be left out while there is only one')
    .option('--allow', 'the client may use the tools without asking, where its entry can say so')
    .option('--replace', 'another entry called signalbox may go')
    .option('-y, --yes', 'write without asking')
    .option('--undo', 'take back what was written')
    .option('--print', 'print what to copy, and write nothing')
    .action(async (client: string | undefined, options: SetupOptions) => {
      const { setup } = await import('./commands/setup.ts');
      await setup(client, options, host);
    });

  const keys = program.command('keys').description('The keys of agents.');
  talking(keys.command('create'))
    .argument('<name>', 'how the agent is called on screen and in the audit log')
    .description("Make a key and print its secret, which can't be shown again.")
    .option('-w, --workspace <workspace>', 'id or name; may be left out while there is only one')
    .addOption(new Option('-r, --role <role>', 'what it may do there').choices(roles).default('editor'))
    .option('--expires <when>', 'a duration from now (30d, 12h, 45m) or a date (2027-01-31, ISO 8601)')
    .addOption(toolsOption().default('default'))
    .option('--note <text>', 'what you want to remember of it')
    .addOption(
      new Option(
        '--connect',
        'for "signalbox connect --as <name>", which gets its secret by itself: none is printed',
      ).conflicts(['expires', 'tools', 'note']),
    )
    .action(async (name: string, options: KeysCreateOptions) => {
      const { keysCreate } = await import('./commands/keys.ts');
      await keysCreate(name, options, host);
    });
  talking(keys.command('list'))
    .description('List all keys with their roles.')
    .action(async (options: TalkOptions) => {
      const { keysList } = await import('./commands/keys.ts');
      await keysList(options, host);
    });
  talking(keys.command('revoke'))
    .argument('<key>', 'id or name')
    .description('Take a key away: its connections end within a second.')
    .action(async (key: string, options: TalkOptions) => {
      const { keysRevoke } = await import('./commands/keys.ts');
      await keysRevoke(key, options, host);
    });

  talking(keys.command('rotate'))
    .argument('<key>', 'id or name')
    .description("Give a key a new secret and print it; it can't be shown again.")
    .option('--grace <duration>', 'for how long the old secret is good too, 7d at most; 0 ends it at once', '24h')
    .action(async (key: string, options: KeysRotateOptions) => {
      const { keysRotate } = await import('./commands/keys.ts');
      await keysRotate(key, options, host);
    });
  talking(keys.command('tools'))
    .argument('<key>', 'id or name')
    .addArgument(new Argument('<set>', 'which tools it has from its next call on').choices(toolSetSchema.options))
    .description('Choose the tools of a key. Single tools are chosen on the desk.')
    .action(async (key: string, set: ToolSetName, options: TalkOptions) => {
      const { keysTools } = await import('./commands/keys.ts');
      await keysTools(key, set, options, host);
    });
  talking(keys.command('news'))
    .argument('<key>', 'id or name')
    .addArgument(
      new Argument('<when>', 'whether results of its calls say what is new for its agents').choices(['on', 'off']),
    )
    .description('Turn news on results on or off for a key.')
    .action(async (key: string, when: 'on' | 'off', options: TalkOptions) => {
      const { keysNews } = await import('./commands/keys.ts');
      await keysNews(key, when === 'on', options, host);
    });
  talking(keys.command('suspend'))
    .argument('<key>', 'id or name')
    .option('--reason <text>', 'why, for the log')
    .description('Stop a key until it is resumed: its connections end within a second.')
    .action(async (key: string, options: KeysSuspendOptions) => {
      const { keysSuspend } = await import('./commands/keys.ts');
      await keysSuspend(key, options, host);
    });
  talking(keys.command('resume'))
    .argument('<key>', 'id or name')
    .description('Let a key go on that was suspended.')
    .action(async (key: string, options: TalkOptions) => {
      const { keysResume } = await import('./commands/keys.ts');
      await keysResume(key, options, host);
    });

  talking(program.command('agent'))
    .description('Run three sample agents, one on each wire, until interrupted.')
    .option('-w, --workspace <workspace>', 'id or name; may be left out while there is only one')
    .action(async (options: AgentOptions) => {
      const { agent } = await import('./commands/agent.ts');
      end(await agent(options, host));
    });

  const audit = program.command('audit').description('The log of everything that happened.');
  addAuditCommands(audit, { talking, dataDirOption, count: lineCount, host, end });

  const wire = program.command('wire').description('What passed between agents and the hub, as it was recorded.');
  addWireCommands(wire, { talking, count: lineCount, host, end });

  for (const command of [program, ...program.commands, ...keys.commands, ...audit.commands, ...wire.commands]) {
    command.copyInheritedSettings(program).exitOverride();
  }
  connect.helpOption(false).allowUnknownOption().allowExcessArguments();
  return program;
}

function talking(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'the hub; found through its data directory when left out').env('SIGNALBOX_URL'),
    )
    .addOption(new Option('--admin-token <token>', 'its admin token; found likewise').env('SIGNALBOX_ADMIN_TOKEN'))
    .addOption(dataDirOption())
    .option('--json', 'print JSON, one value a line');
}

function toolsOption(): Option {
  return new Option(
    '--tools <set>',
    'which tools it has: the usual ones, those that read, those of owners too, or all',
  ).choices(toolSetSchema.options);
}

function dataDirOption(): Option {
  return new Option('-d, --data-dir <folder>', "where the hub's data lives; the platform's usual place when left out")
    .env('SIGNALBOX_DATA_DIR')
    .argParser(folderName);
}

function agentName(text: string): string {
  if (text.trim() !== '' && text.length <= 64) return text;
  throw new InvalidArgumentError('A name has 1 to 64 characters.');
}

/** An empty name, as from an unset shell variable, would mean the current folder. */
function folderName(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('A folder is expected; leave the option out for the usual place.');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

function requestRate(text: string): number {
  const number = Number(text);
  if (/^\d+$/u.test(text) && number <= 100_000) return number;
  throw new InvalidArgumentError('A number from 0 to 100000 is expected; 0 is no limit.');
}

function limitGiven(text: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [, name, value] = /^([a-z-]+)=(\d+)$/u.exec(text) ?? [];
  if (name !== undefined) return { ...before, [name]: Number(value) };
  throw new InvalidArgumentError('A name and a whole number are expected, such as uploads-per-key=200.');
}

function lineCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/u.test(text) && count <= 1_000) return count;
  throw new InvalidArgumentError('A number from 0 to 1000 is expected.');
}
