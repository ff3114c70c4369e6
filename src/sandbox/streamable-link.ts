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

/** Streamable HTTP with a session (2025-11-25) by the 2.x client; it resumes a broken stream itself. */
export async function connectStreamable(options: LinkOptions): Promise<AgentLink> {
  const headers = { Authorization: `Bearer ${options.key}` };
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', options.url), { requestInit: { headers } });
  const { signal, lose } = lossOf(options);
  const client = new Client({ name: options.name, version: '1.0.0' });
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    const event = eventOf(params);
    if (event) options.onEvent(event);
  });
  await client.connect(transport, { timeout: HANDSHAKE_MS, signal });
  await client.subscribeResource({ uri: options.subscribeTo }, { timeout: HANDSHAKE_MS, signal });
  client.onerror = (error) => lose(error.message);
  client.onclose = () => lose('closed');
  return {
    call: async (name, args, call) =>
      structuredContentOf(await client.callTool({ name, arguments: { ...args } }, requestOptions(signal, call))),
    close: async () => {
      delete client.onclose;
      delete client.onerror;
      await transport.terminateSession();
      await client.close();
    },
  };
}
