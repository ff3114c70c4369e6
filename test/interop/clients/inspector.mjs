import { bin, run } from '../program.mjs';

export const name = '@modelcontextprotocol/inspector';

/** A process for each call; with `--strict` an error or a warning about the server ends it badly. */
export async function connect({ url, wire, headers }) {
  const ask = async (method, ...more) => {
    const transport = wire === 'sse' ? 'sse' : 'http';
    const key = `Authorization: ${headers.Authorization}`;
    const said = await run(bin('mcp-inspector'), [
      ...['--cli', url, '--transport', transport, '--header', key, '--method', method],
      ...more,
    ]);
    return JSON.parse(said);
  };
  return {
    list: async () => (await ask('tools/list', '--strict')).tools.map(({ name: tool }) => tool),
    call: async (tool, args) => {
      const given = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${String(value)}`]);
      return await ask('tools/call', '--tool-name', tool, ...given);
    },
    close: async () => undefined,
  };
}
