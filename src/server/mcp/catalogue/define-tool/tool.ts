import type { CallToolResult, Tool, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Role } from '../../../../protocol/roles.ts';
import type { CallContext } from '../call/call-context.ts';

/** A tool as the wires see it. The schemas are JSON Schema, made when first asked for. */
export interface ToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The least role that may call it; a key whose best role is below does not see it in `tools/list`. */
  readonly role: Role;
  /** Whether a key without a role in any workspace may call it. */
  readonly needsNoWorkspace: boolean;
  readonly inputSchema: Tool['inputSchema'];
  readonly outputSchema: NonNullable<Tool['outputSchema']>;
  readonly annotations: ToolAnnotations;
  /** Parses `args`, runs, and answers; refusals come back as `isError`, only bugs throw. */
  call(args: unknown, ctx: CallContext): Promise<CallToolResult>;
}
