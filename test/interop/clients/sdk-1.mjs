import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

/** @param {import('@modelcontextprotocol/sdk/shared/transport.js').Transport} transport */
export async function overTransport(transport) {
  const client = new Client({ name: 'interop', version: '1.0.0' });
  await client.connect(transport);
  return {
    list: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: async (name, args) => await client.callTool({ name, arguments: args }),
    subscribe: async (uri, heard) => {
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, heard);
      await client.subscribeResource({ uri });
    },
    close: async () => await client.close(),
  };
}

export const name = '@modelcontextprotocol/sdk';

export async function connect({ url, wire, headers }) {
  const Transport = wire === 'sse' ? SSEClientTransport : StreamableHTTPClientTransport;
  return await overTransport(new Transport(new URL(url), { requestInit: { headers } }));
}
