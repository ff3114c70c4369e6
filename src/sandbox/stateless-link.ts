import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import {
  structuredContentOf,
  eventOf,
  HANDSHAKE_MS,
  lossOf,
  requestOptions,
  type AgentLink,
  type LinkOptions,
} from './agent-link.ts';

/** The stateless wire (2026-07-28) by the 2.x client: no session, one long `subscriptions/listen`. */
export async function connectStateless(options: LinkOptions): Promise<AgentLink> {
  const headers = { Authorization: `Bearer ${options.key}` };
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', options.url), { requestInit: { headers } });
  const { signal, lose } = lossOf(options);
  const client = new Client(
    { name: options.name, version: '1.0.0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    const event = eventOf(params);
    if (event) options.onEvent(event);
  });
  await client.connect(transport, { timeout: HANDSHAKE_MS, signal });
  const subscription = await client.listen(
    { resourceSubscriptions: [options.subscribeTo] },
    { timeout: HANDSHAKE_MS, signal },
  );
  let closing = false;
  void subscription.closed.then((how) => {
    if (!closing) lose(how);
  });
  return {
    call: async (name, args, call) =>
      structuredContentOf(await client.callTool({ name, arguments: { ...args } }, requestOptions(signal, call))),
    close: async () => {
      closing = true;
      await subscription.close();
      await client.close();
    },
  };
}
