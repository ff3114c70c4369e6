import type { CallToolResult, Tool } from '@modelcontextprotocol/server';
import { roleAtLeast, type Role } from '../../../../protocol/roles.ts';
import { nearest } from '../../../../protocol/words/nearest.ts';
import { rpcCodes, RpcError } from '../../rpc/rpc.ts';
import { bestRole } from '../../../../hub/permission.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { allTools, toolNamed } from './all-tools.ts';

/** The tools, listed and called on one hub. */
export class Tools {
  readonly #deps: CatalogueDeps;
  /** The answers of `tools/list` by a key's best role; `none` for a key without any. */
  readonly #lists = new Map<Role | 'none', readonly Tool[]>();

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /** The tools that a key may call in some workspace. */
  async list({ key }: Pick<CallContext, 'key'>): Promise<readonly Tool[]> {
    const { hub } = this.#deps;
    const tools = this.#listFor(bestRole(hub.state, key.id) ?? 'none');
    await hub.durable(); // the role that the list goes by must be on disk before the list is sent
    return tools;
  }

  /**
   * Runs a tool and logs the call. A refusal comes back as `isError`.
   * @throws RpcError -32602 for a tool that does not exist
   */
  async call(name: string, args: unknown, ctx: CallContext): Promise<CallToolResult> {
    const tool = toolNamed(name);
    if (tool) return tool.call(args, ctx, this.#deps);
    const near = nearest(
      name,
      allTools.map((known) => known.name),
    );
    const hint = near === undefined ? 'tools/list has those that there are.' : `Did you mean ${near}?`;
    throw new RpcError(rpcCodes.invalidParams, `Unknown tool: ${name.slice(0, 100)}. ${hint}`);
  }

  #listFor(best: Role | 'none'): readonly Tool[] {
    const known = this.#lists.get(best);
    if (known) return known;
    const list = allTools
      .filter(({ role, needsNoWorkspace }) => (best === 'none' ? needsNoWorkspace : roleAtLeast(best, role)))
      .map(listed);
    this.#lists.set(best, list);
    return list;
  }
}

/**
 * Claude Code cuts results at some 25,000 tokens; of a tool with this it passes on so many characters, 500,000 at most
 * (https://code.claude.com/docs/en/mcp).
 */
const LARGE_RESULTS = { 'anthropic/maxResultSizeChars': 500_000 };

function listed({ mayBeLarge, ...tool }: ToolDefinition): Tool {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema,
    outputSchema,
    annotations,
    ...(mayBeLarge ? { _meta: LARGE_RESULTS } : {}),
  };
}
