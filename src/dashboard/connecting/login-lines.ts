/** How a client is given the address at which it logs in. */
export interface LoginLine {
  readonly client: string;
  /** A command, or what its file has. */
  readonly text: string;
  /** What its user does then. */
  readonly next: string;
}

/** Clients that were seen to log in, with the hub's address in what they are given. */
export function loginLines(url: string): readonly LoginLine[] {
  const mcp = `${url}/agent/mcp`;
  return [
    {
      client: 'Claude Code',
      text: `claude mcp add --scope user --transport http signalbox ${mcp}`,
      next: 'Run claude mcp login signalbox, or /mcp within Claude Code and Authenticate.',
    },
    {
      client: 'Codex',
      text: `codex mcp add signalbox --url ${mcp}`,
      next: 'It opens the page at once; later: codex mcp login signalbox.',
    },
    {
      client: 'Gemini CLI',
      text: `gemini mcp add --scope user --transport http signalbox ${mcp}`,
      next: 'Within Gemini CLI: /mcp auth signalbox.',
    },
    {
      client: 'OpenCode',
      text: `{\n  "mcp": {\n    "signalbox": { "type": "remote", "url": "${mcp}" }\n  }\n}`,
      next: 'That goes into opencode.json; then run opencode mcp auth signalbox.',
    },
    {
      client: 'mcporter',
      text: `npx mcporter auth --http-url ${mcp} --name signalbox --allow-http`,
      next: 'It opens the page at once.',
    },
    {
      client: 'MCP Inspector',
      text: 'npx @modelcontextprotocol/inspector',
      next: `Transport Streamable HTTP, URL ${mcp}, and Connect.`,
    },
    {
      client: 'Others, by mcp-remote',
      text: `npx mcp-remote ${mcp}`,
      next: 'As a stdio server of the client; it opens the page when the client starts it.',
    },
  ];
}
