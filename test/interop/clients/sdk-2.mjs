import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

export const name = '@modelcontextprotocol/client';

export async function connect({ url, wire, headers }) {
  const isSse = wire === 'sse';
  const client = new Client(
    { name: 'interop', version: '1.0.0' },
    { versionNegotiation: { mode: isSse ? 'legacy' : 'auto' } },
  );
  const Transport = isSse ? SSEClientTransport : StreamableHTTPClientTransport;
  await client.connect(new Transport(new URL(url), { requestInit: { headers } }));
  return {
    list: async () => (await client.listTools()).tools.map(({ name: tool }) => tool),
    call: async (tool, args) => await client.callTool({ name: tool, arguments: args }),
    subscribe: async (uri, heard) => {
      client.setNotificationHandler('notifications/resources/updated', heard);
      await (isSse ? client.subscribeResource({ uri }) : client.listen({ resourceSubscriptions: [uri] }));
    },
    close: async () => await client.close(),
  };
}
