import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { contentOf, eventOf, type AgentLink, type LinkOptions } from './link.ts';

/** HTTP+SSE with the 1.x client, as most agents still connect. */
export async function connectSse(options: LinkOptions): Promise<AgentLink> {
  const headers = { Authorization: `Bearer ${options.key}` };
  const transport = new SSEClientTransport(new URL('/sse', options.url), { requestInit: { headers } });
  const client = new Client({ name: options.name, version: '1.0.0' });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    const event = eventOf(params);
    if (event) options.onEvent(event);
  });
  await client.connect(transport);
  await client.subscribeResource({ uri: options.subscribeTo });
  // After a drop this client opens a new stream by itself and does not subscribe again.
  client.onerror = (error) => options.onLost(error.message);
  client.onclose = () => options.onLost('closed');
  return {
    call: async (name, args, timeout) =>
      contentOf(
        await client.callTool({ name, arguments: { ...args } }, undefined, {
          ...(timeout === undefined ? {} : { timeout }),
        }),
      ),
    close: async () => {
      delete client.onclose;
      delete client.onerror;
      await client.close();
    },
  };
}
