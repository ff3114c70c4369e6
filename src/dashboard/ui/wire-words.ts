import { STATELESS, type Wire } from '../../protocol/wire-names.ts';

/** What each wire is called where there is little room, and in full. */
export const wireWords: Readonly<Record<Wire, { readonly name: string; readonly title: string }>> = {
  sse: { name: 'SSE', title: 'HTTP+SSE: GET /sse and POST /messages' },
  streamable: { name: 'HTTP', title: 'Streamable HTTP with a session, on /mcp' },
  [STATELESS]: { name: 'HTTP·26', title: 'Stateless HTTP of MCP 2026-07-28, on /mcp' },
};
