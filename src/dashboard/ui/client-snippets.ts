export type ClientName = 'claude' | 'codex' | 'cursor' | 'vscode' | 'sdk' | 'client' | 'python' | 'curl';

export const clients: readonly { readonly name: ClientName; readonly label: string }[] = [
  { name: 'claude', label: 'Claude Code' },
  { name: 'codex', label: 'Codex' },
  { name: 'cursor', label: 'Cursor' },
  { name: 'vscode', label: 'VS Code' },
  { name: 'sdk', label: 'TypeScript (SSE)' },
  { name: 'client', label: 'TypeScript (HTTP)' },
  { name: 'python', label: 'Python' },
  { name: 'curl', label: 'curl' },
];

export type ShellName = 'sh' | 'powershell' | 'cmd';

export const shells: readonly { readonly name: ShellName; readonly label: string }[] = [
  { name: 'sh', label: 'bash, zsh' },
  { name: 'powershell', label: 'PowerShell' },
  { name: 'cmd', label: 'cmd' },
];

/** Clients that are set up by commands, which each shell writes in its own way. */
export const inShell: ReadonlySet<ClientName> = new Set(['claude', 'codex', 'curl']);

/** The shell of a browser's machine. */
export function usualShell(platform: string): ShellName {
  return /^win/iu.test(platform) ? 'powershell' : 'sh';
}

export interface Snippet {
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

export interface SnippetOptions {
  /** The hub's address without a path, e.g. `http://127.0.0.1:7337`. */
  readonly url: string;
  /** The secret; without it the snippet reads the variable `SIGNALBOX_KEY`. */
  readonly secret?: string | undefined;
  readonly shell: ShellName;
}

/** How a client is configured for the hub. */
export function snippetFor(client: ClientName, { url, secret, shell }: SnippetOptions): Snippet {
  const header = (variable: string): string => `Bearer ${secret ?? variable}`;
  switch (client) {
    case 'claude': {
      const { next, variable } = syntax[shell];
      return {
        where: 'In a terminal, in your project:',
        text: `claude mcp add --transport http signalbox ${url}/mcp${next}--header "Authorization: ${header(variable)}"`,
      };
    }
    case 'codex':
      return {
        where: 'In a terminal; Codex reads the key from the variable each time that it starts:',
        text: `${syntax[shell].set(secret)}\ncodex mcp add signalbox --url ${url}/mcp --bearer-token-env-var SIGNALBOX_KEY`,
      };
    case 'cursor':
      return {
        where: 'In ~/.cursor/mcp.json, or .cursor/mcp.json of a project:',
        text: json({
          mcpServers: {
            signalbox: { url: `${url}/mcp`, headers: { Authorization: header('${env:SIGNALBOX_KEY}') } },
          },
        }),
      };
    case 'vscode':
      return {
        where: `In .vscode/mcp.json${secret === undefined ? '; VS Code asks for the key once' : ''}:`,
        text: json({
          inputs:
            secret === undefined
              ? [{ type: 'promptString', id: 'signalbox-key', description: 'Signalbox key', password: true }]
              : undefined,
          servers: {
            signalbox: {
              type: 'http',
              url: `${url}/mcp`,
              headers: { Authorization: header('${input:signalbox-key}') },
            },
          },
        }),
      };
    case 'sdk':
      return {
        where: 'Over HTTP+SSE with @modelcontextprotocol/sdk 1.x:',
        text: `import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
const headers = { Authorization: ${bearer(secret)} };
const transport = new SSEClientTransport(new URL("${url}/sse"), { requestInit: { headers } });
const client = new Client({ name: "my-agent", version: "1.0.0" });
await client.connect(transport);`,
      };
    case 'client':
      return {
        where: 'Over Streamable HTTP with @modelcontextprotocol/client 2.x:',
        text: `import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
const headers = { Authorization: ${bearer(secret)} };
const transport = new StreamableHTTPClientTransport(new URL("${url}/mcp"), { requestInit: { headers } });
const client = new Client({ name: "my-agent", version: "1.0.0" });
await client.connect(transport);`,
      };
    case 'python': {
      const key = secret === undefined ? "os.environ['SIGNALBOX_KEY']" : `"${secret}"`;
      return {
        where: 'Over HTTP+SSE with the package mcp:',
        text: `import asyncio${secret === undefined ? ', os' : ''}
from mcp.client.session import ClientSession
from mcp.client.sse import sse_client

async def main():
    headers = {"Authorization": "Bearer " + ${key}}
    async with sse_client("${url}/sse", headers=headers) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            print([tool.name for tool in (await session.list_tools()).tools])

asyncio.run(main())`,
      };
    }
    case 'curl': {
      const { curl, variable } = syntax[shell];
      return {
        where: 'To watch the raw stream; its first event is the address to POST to:',
        text: `${curl} -N ${url}/sse -H "Authorization: ${header(variable)}"`,
      };
    }
    default:
      return client satisfies never;
  }
}

interface Syntax {
  /** Between two parts of a command: only the shells of Unix have a backslash for the end of a line. */
  readonly next: string;
  /** The key's variable, within double quotes. */
  readonly variable: string;
  /** The program: in Windows' PowerShell `curl` is another one. */
  readonly curl: string;
  set(secret: string | undefined): string;
}

const PLACE = 'sbx_…';

const syntax: Readonly<Record<ShellName, Syntax>> = {
  sh: {
    next: ' \\\n  ',
    variable: '$SIGNALBOX_KEY',
    curl: 'curl',
    set: (secret = PLACE) => `export SIGNALBOX_KEY="${secret}"`,
  },
  powershell: {
    next: ' ',
    variable: '$env:SIGNALBOX_KEY',
    curl: 'curl.exe',
    set: (secret = PLACE) => `$env:SIGNALBOX_KEY = "${secret}"`,
  },
  cmd: { next: ' ', variable: '%SIGNALBOX_KEY%', curl: 'curl', set: (secret = PLACE) => `set SIGNALBOX_KEY=${secret}` },
};

function bearer(secret: string | undefined): string {
  return secret === undefined ? '`Bearer ${process.env.SIGNALBOX_KEY}`' : `"Bearer ${secret}"`;
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
