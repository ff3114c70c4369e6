export type ClientName = 'claude' | 'cursor' | 'vscode' | 'sdk' | 'client' | 'curl';

export const clients: readonly { readonly name: ClientName; readonly label: string }[] = [
  { name: 'claude', label: 'Claude Code' },
  { name: 'cursor', label: 'Cursor' },
  { name: 'vscode', label: 'VS Code' },
  { name: 'sdk', label: 'SDK 1.x' },
  { name: 'client', label: 'Client 2.x' },
  { name: 'curl', label: 'curl' },
];

export interface Snippet {
  /** Where it goes. */
  readonly where: string;
  readonly text: string;
}

/**
 * How a client is configured for the hub.
 *
 * @param url the hub's address without a path, e.g. `http://127.0.0.1:7337`
 * @param key the secret itself, or `$SIGNALBOX_KEY` to have it read from the environment
 */
export function snippetFor(client: ClientName, url: string, key: string): Snippet {
  const isVariable = key.startsWith('$');
  switch (client) {
    case 'claude':
      return {
        where: 'In a terminal, in your project:',
        text: `claude mcp add --transport http signalbox ${url}/mcp \\\n  --header "Authorization: Bearer ${key}"`,
      };
    case 'cursor':
      return {
        where: 'In ~/.cursor/mcp.json, or .cursor/mcp.json of a project:',
        text: json({
          mcpServers: {
            signalbox: {
              url: `${url}/mcp`,
              headers: { Authorization: `Bearer ${isVariable ? '${env:SIGNALBOX_KEY}' : key}` },
            },
          },
        }),
      };
    case 'vscode':
      return {
        where: 'In .vscode/mcp.json; VS Code asks for the key once:',
        text: json({
          inputs: isVariable
            ? [{ type: 'promptString', id: 'signalbox-key', description: 'Signalbox key', password: true }]
            : undefined,
          servers: {
            signalbox: {
              type: 'http',
              url: `${url}/mcp`,
              headers: { Authorization: `Bearer ${isVariable ? '${input:signalbox-key}' : key}` },
            },
          },
        }),
      };
    case 'sdk':
      return {
        where: 'Over HTTP+SSE with @modelcontextprotocol/sdk 1.x:',
        text: `import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
const headers = { Authorization: ${bearer(key)} };
const transport = new SSEClientTransport(new URL("${url}/sse"), { requestInit: { headers } });
const client = new Client({ name: "my-agent", version: "1.0.0" });
await client.connect(transport);`,
      };
    case 'client':
      return {
        where: 'Over Streamable HTTP with @modelcontextprotocol/client 2.x:',
        text: `import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
const headers = { Authorization: ${bearer(key)} };
const transport = new StreamableHTTPClientTransport(new URL("${url}/mcp"), { requestInit: { headers } });
const client = new Client({ name: "my-agent", version: "1.0.0" });
await client.connect(transport);`,
      };
    case 'curl':
      return {
        where: 'To watch the raw stream; its first event is the address to POST to:',
        text: `curl -N ${url}/sse -H "Authorization: Bearer ${key}"`,
      };
    default:
      return client satisfies never;
  }
}

function bearer(key: string): string {
  return key.startsWith('$') ? `\`Bearer \${process.env.${key.slice(1)}}\`` : `"Bearer ${key}"`;
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
