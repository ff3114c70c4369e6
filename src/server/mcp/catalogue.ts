import type {
  CallToolResult,
  CompleteRequestParams,
  CompleteResult,
  GetPromptResult,
  ListResourcesResult,
  Prompt,
  ReadResourceResult,
  ResourceTemplate,
  Tool,
} from '@modelcontextprotocol/server';
import type { Files } from '../../hub/files/files.ts';
import type { Uploads } from '../../hub/files/uploads.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Jobs } from '../../hub/jobs/jobs.ts';
import type { HubError } from '../../protocol/errors.ts';
import type { CallContext } from './call-context.ts';

export type { CallContext } from './call-context.ts';
export type { ToolDefinition } from './tool.ts';

export interface CatalogueDeps {
  readonly hub: Hub;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  /** Where agents reach the hub, e.g. `http://127.0.0.1:7337`; asked each time, as the port is known only once it listens. */
  readonly urls: { readonly base: () => string };
}

/**
 * Tools, resources and prompts, the same on every wire. Every answer awaits what it saw being on
 * disk. Methods other than `callTool` throw a `ProtocolError` (JSON-RPC error); `callTool` throws
 * one only for a tool that does not exist.
 */
export interface CatalogueContract {
  listTools(ctx: Pick<CallContext, 'key'>): readonly Tool[];
  callTool(name: string, args: unknown, ctx: CallContext): Promise<CallToolResult>;
  listResources(ctx: CallContext, cursor?: string): Promise<ListResourcesResult>;
  listResourceTemplates(ctx: CallContext): readonly ResourceTemplate[];
  readResource(uri: string, ctx: CallContext): Promise<ReadResourceResult>;
  /**
   * Whether this key may subscribe to a URI. `uri` is its canonical form (workspace by id), which is
   * what `changedUris` of workspace-events.ts yields; `workspace` is absent for the guide.
   * A refusal has been logged, and `endConnection` called where due: pass it through `toRpcError`.
   */
  canSubscribe(uri: string, ctx: CallContext): HubError | { readonly uri: string; readonly workspace?: string };
  listPrompts(ctx: CallContext): readonly Prompt[];
  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> | undefined,
    ctx: CallContext,
  ): Promise<GetPromptResult>;
  complete(params: CompleteRequestParams, ctx: CallContext): Promise<CompleteResult>;
}

export declare class Catalogue implements CatalogueContract {
  constructor(deps: CatalogueDeps);
  listTools: CatalogueContract['listTools'];
  callTool: CatalogueContract['callTool'];
  listResources: CatalogueContract['listResources'];
  listResourceTemplates: CatalogueContract['listResourceTemplates'];
  readResource: CatalogueContract['readResource'];
  canSubscribe: CatalogueContract['canSubscribe'];
  listPrompts: CatalogueContract['listPrompts'];
  getPrompt: CatalogueContract['getPrompt'];
  complete: CatalogueContract['complete'];
}
