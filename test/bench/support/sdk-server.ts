// The reference for tool calls and memory: the official SDK's SSE server on Express, with the same
// tool as ours, and no authentication, no audit and no recording.
import type { AddressInfo } from 'node:net';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import express from 'express';
import { z } from 'zod';

/** As our own "whoami" declares it. */
const outputSchema = {
  key_id: z.string(),
  key_name: z.string(),
  key_expires_at: z.string().optional(),
  workspaces: z.array(z.object({ workspace: z.string(), name: z.string(), role: z.string() })),
  session_id: z.string(),
  wire: z.string(),
  protocol_version: z.string(),
  subscriptions: z.array(z.string()),
  time: z.string(),
  seq: z.number().int(),
  log_id: z.string(),
  hub_version: z.string(),
  url: z.string(),
};

const transports = new Map<string, SSEServerTransport>();
const app = express();
app.get('/sse', async (_request, response) => {
  const transport = new SSEServerTransport('/messages', response);
  transports.set(transport.sessionId, transport);
  response.on('close', () => transports.delete(transport.sessionId));
  const server = new McpServer({ name: 'reference', version: '1' });
  server.registerTool('whoami', { description: 'Who am I?', inputSchema: {}, outputSchema }, () => {
    const structuredContent = JSON.parse(process.env['BENCH_RESULT'] ?? '{}') as Record<string, unknown>;
    return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
  });
  await server.connect(transport);
});
app.post('/messages', express.json({ limit: '4mb' }), async (request, response) => {
  const { sessionId } = request.query;
  const transport = typeof sessionId === 'string' ? transports.get(sessionId) : undefined;
  if (!transport) response.status(404).end();
  else await transport.handlePostMessage(request, response, request.body);
});
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/sse` });
});
process.on('message', () => {
  globalThis.gc?.();
  process.send?.({});
});
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
