export type ProgramName = 'sdk' | 'client' | 'python' | 'curl';

/** What is no client of its own: programs on a library, and the raw stream. */
export const programs: readonly { readonly name: ProgramName; readonly label: string }[] = [
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

/** Programs that are commands, which each shell writes in its own way. */
export const inShell: ReadonlySet<ProgramName> = new Set(['curl']);

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

/** A command that puts a key where a client looks for it. */
export function keyVariable(shell: ShellName, variable: 'SIGNALBOX_KEY' | 'AUTH_HEADER', secret = 'sbx_…'): string {
  return syntax[shell].set(variable, variable === 'AUTH_HEADER' ? `Bearer ${secret}` : secret);
}

/** How a program connects to the hub. */
export function programSnippet(program: ProgramName, { url, secret, shell }: SnippetOptions): Snippet {
  switch (program) {
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
        text: `${curl} -N ${url}/sse -H "Authorization: Bearer ${secret ?? variable}"`,
      };
    }
    default:
      return program satisfies never;
  }
}

interface Syntax {
  /** The key's variable, within double quotes. */
  readonly variable: string;
  /** The program: in Windows' PowerShell `curl` is another one. */
  readonly curl: string;
  set(variable: string, value: string): string;
}

const syntax: Readonly<Record<ShellName, Syntax>> = {
  sh: { variable: '$SIGNALBOX_KEY', curl: 'curl', set: (variable, value) => `export ${variable}="${value}"` },
  powershell: {
    variable: '$env:SIGNALBOX_KEY',
    curl: 'curl.exe',
    set: (variable, value) => `$env:${variable} = "${value}"`,
  },
  cmd: { variable: '%SIGNALBOX_KEY%', curl: 'curl', set: (variable, value) => `set ${variable}=${value}` },
};

function bearer(secret: string | undefined): string {
  return secret === undefined ? '`Bearer ${process.env.SIGNALBOX_KEY}`' : `"Bearer ${secret}"`;
}
