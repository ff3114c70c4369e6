import type { CallToolResult, Tool, ToolAnnotations } from '@modelcontextprotocol/server';
import type { Role } from '../../../../protocol/roles.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';

/**
 * What a call does to the workspace.
 *
 * - `reads`: changes nothing.
 * - `adds`: changes, but takes nothing away for good: what a file was stays, also in the bin.
 * - `gives`: as `adds`, and its answer is the only place where a token or an address appears. When the
 *   answer cannot be delivered the call is cancelled, and gives back what it took.
 * - `destroys`: may take away.
 */
export type ToolEffect = 'reads' | 'adds' | 'gives' | 'destroys';

/**
 * Sets of tools that are beside the core.
 *
 * - `owner`: what only owners need, such as members, the audit and transfers of ownership.
 * - `more`: what agents seldom need, or can do with a core tool.
 */
export type ToolSet = 'owner' | 'more';

/** A file that a call names. */
export interface NamedFile {
  readonly path: string;
  /** The newest when left out. */
  readonly version?: number | undefined;
}

/** All that the hub knows of a tool. The schemas are JSON Schema, made when first asked for. */
export interface ToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The least role that may call it; a key whose best role is below does not see it in `tools/list`. */
  readonly role: Role;
  /** Whether a key without a role in any workspace may call it. */
  readonly needsNoWorkspace: boolean;
  readonly effect: ToolEffect;
  /** The set beside the core that it belongs to; absent for a core tool. */
  readonly set?: ToolSet;
  /** Whether its answer may be more than clients give to a model unless a tool declares it. */
  readonly mayBeLarge: boolean;
  readonly inputSchema: Tool['inputSchema'];
  readonly outputSchema: NonNullable<Tool['outputSchema']>;
  readonly annotations: ToolAnnotations;
  /** The files that a call with these arguments names, their paths normalised; none where the arguments are wrong. */
  filesNamed(args: unknown): readonly NamedFile[];
  /** Parses `args`, runs, and answers; refusals come back as `isError`, only bugs throw. */
  call(args: unknown, ctx: CallContext, deps: CatalogueDeps): Promise<CallToolResult>;
}
