import type { ListResourcesResult, ReadResourceResult, Resource } from '@modelcontextprotocol/server';
import { HubError } from '../../../../protocol/errors.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import { fileUri, guideUri, parseUri, workspaceFacets, workspaceUri } from '../../../../protocol/uris.ts';
import { workspacesOf } from '../../../../hub/permission.ts';
import { decodeCursor, encodeCursor } from '../../../../hub/paging.ts';
import { enterWorkspace } from '../call/access.ts';
import { baseUrl } from '../links/base-url.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import { filePath } from '../reading/file-path.ts';
import { guide, type GuideContents } from './guide.ts';
import { fileResource, guideResource, JSON_MIME, resourceTemplates, workspaceResources } from './resource-list.ts';
import { readFileResource, readFacet } from './resource-contents.ts';
import { toRpcError } from '../../rpc/agent-error.ts';

/** A URI that may be subscribed to, in the form in which notifications name it. */
export interface Subscribable {
  readonly uri: string;
  readonly workspace?: string;
}

const PAGE = 100;

/** What agents can read and subscribe to: the guide, and each workspace with its facets and files. */
export class Resources {
  readonly #deps: CatalogueDeps;
  readonly templates = resourceTemplates;

  readonly #guide: GuideContents;

  constructor(deps: CatalogueDeps, guideContents: GuideContents) {
    this.#deps = deps;
    this.#guide = guideContents;
  }

  /** The guide, then each granted workspace and its facets, then page by page its files. */
  async list(ctx: CallContext, cursor: string | undefined): Promise<ListResourcesResult> {
    const { hub, files } = this.#deps;
    const mine = workspacesOf(hub.state, ctx.origin.actor);
    try {
      const at = cursor === undefined ? undefined : position(cursor);
      const resources: Resource[] = at === undefined ? [guideResource, ...mine.flatMap(workspaceResources)] : [];
      const from = at === undefined ? 0 : mine.findIndex(({ id }) => id === at.workspace);
      if (from === -1) throw workspaceGone();
      const workspace = mine[from];
      let next: string | undefined;
      if (workspace) {
        const page = await files.list(workspace.id, {
          limit: PAGE,
          ...(at?.cursor === undefined ? {} : { cursor: at.cursor }),
        });
        resources.push(...page.items.map(fileResource));
        const after = mine[from + 1];
        if (page.nextCursor !== undefined) next = encodeCursor([workspace.id, page.nextCursor]);
        else if (after) next = encodeCursor([after.id, '']);
      }
      await hub.durable();
      return { resources, ...(next === undefined ? {} : { nextCursor: next }) };
    } catch (error) {
      throw toRpcError(error);
    }
  }

  /** @throws RpcError with the refusal's code in `data.code` */
  async read(uri: string, ctx: CallContext): Promise<ReadResourceResult> {
    const { hub } = this.#deps;
    try {
      const parsed = parsedUri(uri);
      if (parsed.kind === 'guide') {
        return { contents: [{ uri, mimeType: 'text/markdown', text: guide(baseUrl(this.#deps, ctx), this.#guide) }] };
      }
      const workspace = this.#enter(uri, parsed.workspace, ctx, 'resources/read');
      const content =
        parsed.kind === 'file'
          ? await readFileResource(this.#deps, ctx, workspace, filePath(parsed.path))
          : { mimeType: JSON_MIME, text: JSON.stringify(await readFacet(this.#deps, ctx, workspace, parsed.kind)) };
      await hub.durable();
      return { contents: [{ uri, ...content }] };
    } catch (error) {
      await hub.durable().catch(() => undefined); // the refusal's own line in the log comes first
      throw toRpcError(error, uri);
    }
  }

  canSubscribe(uri: string, ctx: CallContext): HubError | Subscribable {
    try {
      const parsed = parsedUri(uri);
      if (parsed.kind === 'guide') return { uri: guideUri };
      const workspace = this.#enter(uri, parsed.workspace, ctx, 'resources/subscribe').id;
      if (parsed.kind === 'file') return { uri: fileUri(workspace, filePath(parsed.path)), workspace };
      return { uri: workspaceUri(workspace, parsed.kind === 'workspace' ? undefined : parsed.kind), workspace };
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
  }

  #enter(uri: string, workspace: string, ctx: CallContext, method: string): WorkspaceState {
    return enterWorkspace(this.#deps.hub, ctx, workspace, 'viewer', `${method} ${uri}`);
  }
}

function parsedUri(uri: string): NonNullable<ReturnType<typeof parseUri>> {
  const parsed = parseUri(uri);
  if (parsed) return parsed;
  throw new HubError(
    'not_found',
    `There is no resource ${uri}. There are ${guideUri} and signalbox://workspaces/{workspace} with /${workspaceFacets.join(', /')} or /files/{path} behind it.`,
  );
}

/** Where a page begins: the workspace, and the page of its files. */
function workspaceGone(): HubError {
  return new HubError(
    'invalid_argument',
    'That cursor is in a workspace to which this key has no access any more; list again without a cursor.',
  );
}

function position(cursor: string): { readonly workspace: string; readonly cursor?: string } {
  const [workspace, files] = decodeCursor(cursor, ['string', 'string']);
  return { workspace, ...(files === '' ? {} : { cursor: files }) };
}
