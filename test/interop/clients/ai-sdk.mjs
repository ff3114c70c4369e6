import { createMCPClient } from '@ai-sdk/mcp';

export const name = '@ai-sdk/mcp';

export async function connect({ url, wire, headers }) {
  const client = await createMCPClient({ transport: { type: wire === 'sse' ? 'sse' : 'http', url, headers } });
  const tools = await client.tools();
  return {
    list: async () => Object.keys(tools),
    call: async (tool, args) => await tools[tool].execute(args, { toolCallId: tool, messages: [] }),
    close: async () => await client.close(),
  };
}
