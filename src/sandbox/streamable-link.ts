import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { linkParts, structuredContentOf, type AgentLink, type LinkOptions } from './agent-link.ts';

/** Streamable HTTP with a session (2025-11-25) by the 2.x client; it resumes a broken stream itself. */
export async function connectStreamable(options: LinkOptions): Promise<AgentLink> {
  const { identity, transportOptions, handshake, lose, onUpdated, callOptions } = linkParts(options);
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', options.url), transportOptions);
  const client = new Client(identity);
  client.setNotificationHandler('notifications/resources/updated', onUpdated);
  await client.connect(transport, handshake);
  await client.subscribeResource({ uri: options.subscribeTo }, handshake);
  client.onerror = (error) => lose(error.message);
  client.onclose = () => lose('closed');
  return {
    call: async (name, args, call) =>
      structuredContentOf(await client.callTool({ name, arguments: { ...args } }, callOptions(call))),
    close: async () => {
      delete client.onclose;
      delete client.onerror;
      try {
        await transport.terminateSession();
      } finally {
        await client.close(); // also where the hub is gone: else it would go on with the session when that is back
      }
    },
  };
}
