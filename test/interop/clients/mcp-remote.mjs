import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { bin } from '../program.mjs';
import { overTransport } from './sdk-1.mjs';

export const name = 'mcp-remote';

export async function connect({ url, wire, headers }) {
  const transport = wire === 'sse' ? 'sse-only' : 'http-only';
  return await overTransport(
    new StdioClientTransport({
      command: bin('mcp-remote'),
      args: [url, '--header', 'Authorization:${INTEROP_KEY}', '--allow-http', '--transport', transport],
      env: { ...process.env, INTEROP_KEY: headers.Authorization },
      stderr: 'ignore',
    }),
  );
}
