import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { linkParts, structuredContentOf, type AgentLink, type LinkOptions } from './agent-link.ts';

/** HTTP+SSE with the 1.x client, as most agents still connect. */
export async function connectSse(options: LinkOptions): Promise<AgentLink> {
  const { identity, transportOptions, handshake, lose, onUpdated, callOptions } = linkParts(options);
  const transport = new SSEClientTransport(new URL('/sse', options.url), transportOptions);
  const client = new Client(identity);
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, onUpdated);
  // After a drop this client opens a new stream by itself and does not subscribe again.
  client.onerror = (error) => lose(error.message);
  client.onclose = () => lose('closed');
  await client.connect(transport, handshake);
  await client.subscribeResource({ uri: options.subscribeTo }, handshake);
  return {
    call: async (name, args, call) =>
      structuredContentOf(await client.callTool({ name, arguments: { ...args } }, undefined, callOptions(call))),
    close: async () => {
      delete client.onclose;
      delete client.onerror;
      await client.close();
    },
  };
}
