import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import {
  structuredContentOf,
  eventOf,
  HANDSHAKE_MS,
  lossOf,
  requestOptions,
  type AgentLink,
  type LinkOptions,
} from './agent-link.ts';

/** HTTP+SSE with the 1.x client, as most agents still connect. */
export async function connectSse(options: LinkOptions): Promise<AgentLink> {
  const headers = { Authorization: `Bearer ${options.key}` };
  const transport = new SSEClientTransport(new URL('/sse', options.url), { requestInit: { headers } });
  const { signal, lose } = lossOf(options);
  const client = new Client({ name: options.name, version: '1.0.0' });
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    const event = eventOf(params);
    if (event) options.onEvent(event);
  });
  // After a drop this client opens a new stream by itself and does not subscribe again.
  client.onerror = (error) => lose(error.message);
  client.onclose = () => lose('closed');
  await client.connect(transport, { timeout: HANDSHAKE_MS, signal });
  await client.subscribeResource({ uri: options.subscribeTo }, { timeout: HANDSHAKE_MS, signal });
  return {
    call: async (name, args, call) =>
      structuredContentOf(
        await client.callTool({ name, arguments: { ...args } }, undefined, requestOptions(signal, call)),
      ),
    close: async () => {
      delete client.onclose;
      delete client.onerror;
      await client.close();
    },
  };
}
