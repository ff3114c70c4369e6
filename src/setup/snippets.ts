import type { ClientSnippet } from '../protocol/client-offers.ts';
import {
  plainStdio,
  SERVER_NAME,
  type ClientKind,
  type ConnectCommand,
  type Entry,
  type Quote,
  type CommandShell,
} from './client.ts';
import { editEntry } from './edit/edit-entry.ts';
import type { Machine } from './machine.ts';

const shellNames: readonly CommandShell[] = ['sh', 'powershell', 'cmd'];
const PLAIN = /^[\w@%+=:,./-]+$/u;

/** How each shell is told to hand a word on as it is. */
export const quotes: Readonly<Record<CommandShell, Quote>> = {
  sh: (word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`),
  // `--` and what begins with @ or % mean something to PowerShell.
  powershell: (word) => (/^[\w:./\\][\w:./\\-]*$/u.test(word) ? word : `'${word.replaceAll("'", "''")}'`),
  cmd: (word) => (/^[\w:./\\-]+$/u.test(word) ? word : `"${word}"`),
};

export interface SnippetsOptions {
  readonly kind: ClientKind;
  readonly machine: Machine;
  readonly file: string;
  /** Absent where the person's clients are on another machine than the hub. */
  readonly command: ConnectCommand | undefined;
  /** The hub's address without a path. */
  readonly url: string;
}

/** What a person can copy to set a client up by hand: without a secret in any of it. */
export function snippetsOf({ kind, machine, file, command, url }: SnippetsOptions): readonly ClientSnippet[] {
  const found: ClientSnippet[] = [];
  const into = `In ${file}:`;
  if (command !== undefined) {
    const { addConnect } = kind;
    if (addConnect) found.push(...inShells('connect', 'In a terminal, once:', (quote) => addConnect(command, quote)));
    found.push({ way: 'connect', where: into, text: fileText(kind, kind.stdio(command)) });
  }
  const address = `${url}/mcp`;
  const { http, addHttp, httpBeside } = kind;
  if (addHttp) {
    found.push(
      ...inShells(
        'http',
        'In a terminal, once; it reads the key from SIGNALBOX_KEY each time that it starts:',
        (quote) => addHttp(address, quote),
      ),
    );
  }
  if (http) {
    const text = fileText(kind, http(address, machine), httpBeside);
    found.push({ way: 'http', where: `${into.slice(0, -1)}; the key is not in it:`, text });
  }
  if (!http && !addHttp) {
    const remote = remoteEntry(address);
    found.push({
      way: 'http',
      where: `${into.slice(0, -1)}, through mcp-remote; start it with AUTH_HEADER set to "Bearer " and the key:`,
      text: fileText(kind, kind.stdio(remote)),
    });
  }
  return found;
}

/** `mcp-remote`, which brings any client that starts its servers to an address. It fills the variable in itself. */
export function remoteEntry(address: string): ConnectCommand {
  return { command: 'npx', args: ['-y', 'mcp-remote', address, '--header', 'Authorization:${AUTH_HEADER}'] };
}

/** The entry as a file has it that has nothing else. */
export function fileText({ place }: ClientKind, entry: Entry, beside: Entry = {}): string {
  const { seed: _seed, ...bare } = place;
  const start = Object.keys(beside).length === 0 ? '' : `${JSON.stringify(beside, null, 2)}\n`;
  return editEntry(start, bare, { name: SERVER_NAME, entry }).trimEnd();
}

/** For clients that are not known: what most of them take. */
export function othersSnippets(command: ConnectCommand | undefined, url: string): readonly ClientSnippet[] {
  const text = (entry: Entry): string => JSON.stringify({ mcpServers: { [SERVER_NAME]: entry } }, null, 2);
  return [
    ...(command
      ? [
          {
            way: 'connect',
            where: 'A client that starts its servers, as most write it:',
            text: text(plainStdio(command)),
          } as const,
        ]
      : []),
    {
      way: 'http',
      where: 'One that cannot send a key, through mcp-remote; start it with AUTH_HEADER set to "Bearer " and the key:',
      text: text(plainStdio(remoteEntry(`${url}/mcp`))),
    },
  ];
}

function inShells(way: ClientSnippet['way'], where: string, text: (quote: Quote) => string): readonly ClientSnippet[] {
  return shellNames.map((shell) => ({ way, shell, where, text: text(quotes[shell]) }));
}
