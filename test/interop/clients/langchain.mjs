import { MultiServerMCPClient } from '@langchain/mcp-adapters';

export const name = '@langchain/mcp-adapters';

export async function connect({ url, wire, headers }) {
  const transport = wire === 'sse' ? 'sse' : 'http';
  const client = new MultiServerMCPClient({ mcpServers: { signalbox: { transport, url, headers } } });
  const tools = await client.getTools();
  const named = new Map(tools.map((tool) => [tool.name.replace(/^.*__/u, ''), tool]));
  return {
    list: async () => [...named.keys()],
    call: async (tool, args) => await named.get(tool).invoke(args),
    close: async () => await client.close(),
  };
}
