import type { Machine } from './machine.ts';

/** What starts `signalbox connect`: a program by its absolute path, and its arguments. */
export interface ConnectCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** What a client's file says of one server. */
export type Entry = Readonly<Record<string, unknown>>;

export type FileFormat = 'json' | 'toml' | 'yaml';

/** Where a client keeps its servers. */
export interface ServerPlace {
  readonly format: FileFormat;
  /** Keys that lead to the collection of servers. */
  readonly at: readonly string[];
  /** A map by name, or a list whose items have a `name`. */
  readonly shape: 'map' | 'list';
  /** What a new file begins with, where a client wants more in it than its servers. */
  readonly seed?: string;
}

/** How a client that asks before each use of a tool is told not to. */
export interface Allowing {
  /** A sentence. */
  readonly how: string;
  /** What an entry then has too, where the client reads it there. */
  readonly entry?: Entry;
}

export type CommandShell = 'sh' | 'powershell' | 'cmd';

/** Writes words of a command so that a shell hands them on as they are. */
export type Quote = (word: string) => string;

/** All that is known of one client: who it is, where its file is, what stands in it. */
export interface ClientKind {
  /** As in `signalbox setup codex`. */
  readonly id: string;
  readonly label: string;
  readonly group: 'terminal' | 'editor' | 'app';
  /** How its MCP client calls itself: beginnings, in small letters. */
  readonly names: readonly string[];
  readonly place: ServerPlace;
  /** Its file, the person's own one for all projects. */
  readonly file: (machine: Machine) => string;
  /** Another name that the file may have instead. */
  readonly otherFile?: (machine: Machine) => string;
  /** Folders and files of which any shows that it is on the machine. */
  readonly traces: (machine: Machine) => readonly string[];
  /** Its program, where it can be found by `PATH`. */
  readonly program?: string;
  /** An entry that starts `signalbox connect`. */
  readonly stdio: (command: ConnectCommand) => Entry;
  /** An entry for the address of `/mcp`, with the key in a variable; absent where it would stand there in clear. */
  readonly http?: (url: string, machine: Machine) => Entry;
  /** What else the HTTP entry's file has, besides the entry. */
  readonly httpBeside?: Entry;
  readonly allow: Allowing;
  /** The client's own command that adds the server, where it has one that takes any arguments. */
  readonly addConnect?: (command: ConnectCommand, quote: Quote) => string;
  readonly addHttp?: (url: string, quote: Quote) => string;
  /** An address that opens the client, which then asks whether to add the server. */
  readonly link?: (command: ConnectCommand) => string;
}

/** What the entry is called in every client. */
export const SERVER_NAME = 'signalbox';

/** The variable that holds a key where one is used. */
export const KEY_VARIABLE = 'SIGNALBOX_KEY';

/** `command` and `args`, as most clients have them. */
export function plainStdio({ command, args }: ConnectCommand): Entry {
  return { command, args: [...args] };
}

/** The header with the key in a variable, which a client writes in its own way. */
export function bearerIn(variable: string): Entry {
  return { Authorization: `Bearer ${variable}` };
}

/** `mcpServers` in a JSON file. */
export const MCP_SERVERS: ServerPlace = { format: 'json', at: ['mcpServers'], shape: 'map' };
