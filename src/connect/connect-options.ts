import { parseArgs } from 'node:util';
import { roleSchema, type Role } from '../protocol/roles.ts';
import { messageOf } from '../protocol/errors.ts';

/** When a client asks for what to tell its model. */
export type NewsMoment = 'start' | 'prompt';

export interface ConnectOptions {
  /** Name of the key and of the agent; without it what the client calls itself. */
  readonly as?: string | undefined;
  /** Without an end, such as `http://127.0.0.1:7337`. */
  readonly url?: string | undefined;
  readonly dataDir: string;
  /** Of a key that is made. */
  readonly role?: Role | undefined;
  readonly workspace?: string | undefined;
  /** Starts a hub where none runs. */
  readonly start: boolean;
  /** Says what is new at a client's prompt, or who is there at its start, instead of serving. */
  readonly news?: NewsMoment | undefined;
  /** An agent's key that was given: `SIGNALBOX_KEY`. */
  readonly key?: string | undefined;
}

export const CONNECT_HELP = `Usage: signalbox connect [options]

An MCP server on stdin and stdout, for clients that start one: passes everything on to the hub and back.

Options:
  --as <name>            name of the key and the agent; what the client calls itself when left out
  -r, --role <role>      what a new key may do: viewer, editor (default) or owner
  -w, --workspace <w>    where, by id or name; may be left out while there is only one
  --start                start a hub if none runs on the data directory
  --news <when>          for hooks of a client: prints what is new for the agent (prompt), or who is there (start), and ends
  --url <url>            the hub; found through its data directory when left out
  -d, --data-dir <dir>   where the hub's data lives; the platform's usual place when left out
  -h, --help             this text

Environment:
  SIGNALBOX_KEY          a key to use instead of one of its own
  SIGNALBOX_URL          the hub (--url)
  SIGNALBOX_DATA_DIR     where the hub's data lives (--data-dir)
`;

/** What is wrong with a command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * @param usualDataDir where data lives if nothing says otherwise
 * @returns 'help' where it was asked for
 * @throws UsageError
 */
export function connectOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  usualDataDir: () => string,
): ConnectOptions | 'help' {
  const values = parsedArgs(args);
  if (values.help) return 'help';
  const url = urlGiven(values.url ?? (env['SIGNALBOX_URL'] || undefined));
  const dataDir = values['data-dir'] ?? usualDataDir();
  if (dataDir.trim() === '') throw new UsageError('--data-dir takes a folder; leave it out for the usual place.');
  if (values.as !== undefined && (values.as.trim() === '' || values.as.length > 64)) {
    throw new UsageError('--as takes a name of 1 to 64 characters.');
  }
  const role = values.role === undefined ? undefined : roleSchema.safeParse(values.role).data;
  if (values.role !== undefined && role === undefined) {
    throw new UsageError(`--role takes ${roleSchema.options.join(', ')}, not "${values.role}".`);
  }
  const { news } = values;
  if (news !== undefined && news !== 'start' && news !== 'prompt') {
    throw new UsageError(`--news takes start or prompt, not "${news}".`);
  }
  return {
    as: values.as,
    url,
    dataDir,
    role,
    workspace: values.workspace,
    start: values.start ?? false,
    news,
    key: env['SIGNALBOX_KEY'] || undefined,
  };
}

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        as: { type: 'string' },
        role: { type: 'string', short: 'r' },
        workspace: { type: 'string', short: 'w' },
        start: { type: 'boolean' },
        news: { type: 'string' },
        url: { type: 'string' },
        'data-dir': { type: 'string', short: 'd' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)} See --help.`);
  }
}

/** Keys go to this machine, or over TLS. */
function urlGiven(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(`--url takes an address such as http://127.0.0.1:7337, not "${text}".`);
  }
  const isLocal = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    throw new UsageError(`A key would go to ${url.host} in clear: give an address that begins with https://.`);
  }
  return text.replace(/\/+$/u, '');
}
