import { bin, run } from '../program.mjs';

export const name = '@modelcontextprotocol/inspector';

/** All tools, those for owners too, are looked at. */
export const role = 'owner';
export const tools = 'all';

/** A process for each call. What `--strict` finds in the schemas of tools is thrown: an error, and a warning too. */
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
    list: async () => {
      const { result, schemaFindings = [] } = await ask('tools/list', '--strict', '--format', 'json');
      if (schemaFindings.length > 0) throw new Error(`--strict finds ${JSON.stringify(schemaFindings)}`);
      return result.tools.map(({ name: tool }) => tool);
    },
    call: async (tool, args) => {
      const given = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${String(value)}`]);
      return await ask('tools/call', '--tool-name', tool, ...given);
    },
    close: async () => undefined,
  };
}
