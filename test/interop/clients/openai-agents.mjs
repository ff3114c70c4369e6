import { MCPServerSSE, MCPServerStreamableHttp } from '@openai/agents-core';

export const name = '@openai/agents-core';

export async function connect({ url, wire, headers }) {
  const options = { url, name: 'signalbox', requestInit: { headers } };
  const withKey = (address, init) => fetch(address, { ...init, headers: { ...init?.headers, ...headers } });
  const server =
    wire === 'sse'
      ? new MCPServerSSE({ ...options, eventSourceInit: { fetch: withKey } })
      : new MCPServerStreamableHttp(options);
  await server.connect();
  return {
    list: async () => (await server.listTools()).map(({ name: tool }) => tool),
    call: async (tool, args) => await server.callTool(tool, args),
    close: async () => await server.close(),
  };
}
