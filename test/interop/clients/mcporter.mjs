import { createRuntime } from 'mcporter';

export const name = 'mcporter';

export async function connect({ url, headers }) {
  // It tries Streamable HTTP first, and goes over to HTTP+SSE where that is refused.
  const command = { kind: 'http', url: new URL(url), headers };
  const runtime = await createRuntime({ servers: [{ name: 'signalbox', command }] });
  return {
    list: async () => (await runtime.listTools('signalbox')).map(({ name: tool }) => tool),
    call: async (tool, args) => await runtime.callTool('signalbox', tool, { args }),
    close: async () => await runtime.close(),
  };
}
