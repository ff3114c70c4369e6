import type { CallToolResult } from '@modelcontextprotocol/server';
import type { HubError } from '../../../../protocol/errors.ts';
import { agentError } from '../../rpc/agent-error.ts';
import { render } from '../views/render.ts';

/** A refusal as every tool gives it: `isError`, in words and in fields. */
export function toolError(error: HubError): CallToolResult {
  const { code, message, ...more } = agentError(error);
  return {
    isError: true,
    content: [{ type: 'text', text: render(`${code}: ${message}`, more) }],
    structuredContent: { code, message, ...more },
  };
}
