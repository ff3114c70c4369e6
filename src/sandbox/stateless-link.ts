import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { linkParts, structuredContentOf, type AgentLink, type LinkOptions } from './agent-link.ts';

/** The stateless wire (2026-07-28) by the 2.x client: no session, one long `subscriptions/listen`. */
export async function connectStateless(options: LinkOptions): Promise<AgentLink> {
  const { identity, transportOptions, handshake, lose, onUpdated, callOptions } = linkParts(options);
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', options.url), transportOptions);
  const client = new Client(identity, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  client.setNotificationHandler('notifications/resources/updated', onUpdated);
  await client.connect(transport, handshake);
  const subscription = await client.listen({ resourceSubscriptions: [options.subscribeTo] }, handshake);
  let closing = false;
  void subscription.closed.then((how) => {
    if (!closing) lose(how);
  });
  return {
    call: async (name, args, call) =>
      structuredContentOf(await client.callTool({ name, arguments: { ...args } }, callOptions(call))),
    close: async () => {
      closing = true;
      try {
        await subscription.close();
      } finally {
        await client.close();
      }
    },
  };
}
