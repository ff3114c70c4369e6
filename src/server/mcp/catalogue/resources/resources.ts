import type { ListResourcesResult, ReadResourceResult, Resource } from '@modelcontextprotocol/server';
import { HubError } from '../../../../protocol/errors.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import {
  fileUri,
  guideUri,
  parseUri,
  workspaceFacets,
  workspaceUri,
  type ParsedUri,
} from '../../../../protocol/uris.ts';
import { resolveWorkspace, workspacesOf } from '../../../../hub/permission.ts';
import { decodeCursor, encodeCursor, foreignCursor } from '../../../../hub/paging.ts';
import type { FileRecord } from '../../../../protocol/records.ts';
import { PageRoom, USUAL_ANSWER_BYTES } from '../views/page-room.ts';
import { attemptOf, enterWorkspace } from '../call/enter.ts';
import { baseUrl } from '../addresses/base-url.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps, ToolElsewhere } from '../call/catalogue-deps.ts';
import { filePath } from '../reading/file-path.ts';
import {
  fileResource,
  guideResource,
  JSON_MIME,
  resourceTemplates,
  toolFor,
  workspaceResources,
} from './resource-list.ts';
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

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /**
   * The guide, then each granted workspace and its facets, then the files of each; page by page. Without what the key
   * was not given the tool for.
   * @throws RpcError -32602 for a cursor of another list
   */
  async list(ctx: CallContext, cursor: string | undefined): Promise<ListResourcesResult> {
    const { hub } = this.#deps;
    const mine = workspacesOf(hub.state, ctx.origin.actor);
    const room = new PageRoom<Resource>(USUAL_ANSWER_BYTES);
    const isGiven = (tool: ToolElsewhere): boolean => this.#deps.isGiven(ctx.origin.actor, tool);
    try {
      let place: ListPlace | undefined =
        cursor === undefined ? { part: 'workspaces', workspace: mine[0]?.id } : placeOf(cursor);
      if (cursor === undefined) room.take(guideResource);
      while (place?.workspace !== undefined && !room.isRatherFull) {
        if (place.part === 'workspaces') place = takeFacets(room, mine, place, isGiven);
        else place = isGiven('file_list') ? await this.#takeFiles(room, mine, place) : undefined;
      }
      await hub.durable(hub.changedSeq);
      const last = place?.workspace === undefined ? undefined : place;
      return { resources: room.items, ...(last && { nextCursor: encodePlace(last) }) };
    } catch (error) {
      throw toRpcError(error);
    }
  }

  /** Takes one page of a workspace's files; answers where to go on. */
  async #takeFiles(
    room: PageRoom<Resource>,
    mine: readonly WorkspaceState[],
    { workspace = '', cursor }: ListPlace,
  ): Promise<ListPlace | undefined> {
    const { next } = neighbours(mine, workspace);
    let isFirst = true;
    const fits = (file: FileRecord): boolean => {
      const must = isFirst;
      isFirst = false;
      return room.take(fileResource(file), must);
    };
    const page = await this.#deps.files.list(workspace, {
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      fits,
    });
    if (page.nextCursor !== undefined) return { part: 'files', workspace, cursor: page.nextCursor };
    return next && { part: 'files', workspace: next.id };
  }

  /** @throws RpcError with the refusal's code in `data.code` */
  async read(uri: string, ctx: CallContext): Promise<ReadResourceResult> {
    const { hub } = this.#deps;
    try {
      const parsed = parsedUri(uri);
      if (parsed.kind === 'guide') {
        return {
          contents: [
            {
              uri,
              mimeType: 'text/markdown',
              text: this.#deps.guide(baseUrl(this.#deps, ctx)),
            },
          ],
        };
      }
      this.#deps.requireTool(attemptOf(ctx, `resources/read ${uri}`), toolFor[parsed.kind]);
      const workspace = this.#enter(uri, parsed.workspace, ctx, 'resources/read');
      const content =
        parsed.kind === 'file'
          ? await readFileResource(this.#deps, ctx, workspace, filePath(parsed.path))
          : { mimeType: JSON_MIME, text: JSON.stringify(await readFacet(this.#deps, ctx, workspace, parsed.kind)) };
      await hub.durable(hub.changedSeq);
      return { contents: [{ uri, ...content }] };
    } catch (error) {
      await hub.durable().catch(() => undefined); // the refusal's own line in the log comes first
      throw toRpcError(error, uri);
    }
  }

  /**
   * What a URI that a key may subscribe to is called; or the refusal. Who reaches outside of its workspaces is
   * refused, whether there is one or not, and its connection ends.
   */
  canSubscribe(uri: string, ctx: CallContext): HubError | Subscribable {
    try {
      return canonical(parsedUri(uri), (workspace) => this.#enterToListen(uri, workspace, ctx));
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
  }

  /** What notifications call a URI; as it is given where the key does not see its workspace. Asks for nothing. */
  canonicalUri(uri: string, ctx: CallContext): string {
    try {
      return canonical(parsedUri(uri), (workspace) => {
        const found = resolveWorkspace(this.#deps.hub.state, ctx.origin.actor, workspace);
        if (found instanceof HubError) throw found;
        return found;
      }).uri;
    } catch (error) {
      if (error instanceof HubError) return uri;
      throw error;
    }
  }

  #enterToListen(uri: string, workspace: string, ctx: CallContext): WorkspaceState {
    try {
      return this.#enter(uri, workspace, ctx, 'resources/subscribe');
    } catch (error) {
      if (error instanceof HubError && error.code === 'not_found') ctx.endConnection(error);
      throw error;
    }
  }

  #enter(uri: string, workspace: string, ctx: CallContext, method: string): WorkspaceState {
    return enterWorkspace(this.#deps.hub, ctx, workspace, 'viewer', `${method} ${uri}`);
  }
}

/** @param enter gives the workspace that the URI names, by its id or name */
function canonical(parsed: ParsedUri, enter: (workspace: string) => WorkspaceState): Subscribable {
  if (parsed.kind === 'guide') return { uri: guideUri };
  const workspace = enter(parsed.workspace).id;
  if (parsed.kind === 'file') return { uri: fileUri(workspace, filePath(parsed.path)), workspace };
  return { uri: workspaceUri(workspace, parsed.kind === 'workspace' ? undefined : parsed.kind), workspace };
}

function parsedUri(uri: string): ParsedUri {
  const parsed = parseUri(uri);
  if (parsed) return parsed;
  throw new HubError(
    'not_found',
    `There is no resource ${uri}. There are ${guideUri} and signalbox://workspaces/{workspace} with /${workspaceFacets.join(', /')} or /files/{path} behind it.`,
  );
}

function workspaceGone(): HubError {
  return new HubError(
    'invalid_argument',
    'That cursor is in a workspace to which this key has no access any more; list again without a cursor.',
  );
}

/** Takes one workspace's facets; answers where to go on: with the next workspace, after the last with the first's files. */
function takeFacets(
  room: PageRoom<Resource>,
  mine: readonly WorkspaceState[],
  { workspace = '' }: ListPlace,
  isGiven: (tool: ToolElsewhere) => boolean,
): ListPlace {
  const { found, next } = neighbours(mine, workspace);
  for (const resource of workspaceResources(found, isGiven)) room.take(resource, true);
  return next ? { part: 'workspaces', workspace: next.id } : { part: 'files', workspace: mine[0]?.id };
}

/** @throws HubError `invalid_argument` where the workspace is none of the key's */
function neighbours(
  mine: readonly WorkspaceState[],
  workspace: string,
): { found: WorkspaceState; next?: WorkspaceState | undefined } {
  const at = mine.findIndex(({ id }) => id === workspace);
  const found = mine[at];
  if (!found) throw workspaceGone();
  return { found, next: mine[at + 1] };
}

/** Where a page begins: at a workspace's facets, or at a page of its files. */
interface ListPlace {
  readonly part: 'workspaces' | 'files';
  /** Undefined where the key has no workspace. */
  readonly workspace: string | undefined;
  readonly cursor?: string;
}

function encodePlace({ part, workspace = '', cursor = '' }: ListPlace): string {
  return encodeCursor([part, workspace, cursor]);
}

/** @throws HubError `invalid_argument` */
function placeOf(cursor: string): ListPlace {
  const [part, workspace, files] = decodeCursor(cursor, ['string', 'string', 'string']);
  if (part !== 'workspaces' && part !== 'files') throw foreignCursor();
  return { part, workspace, ...(files === '' ? {} : { cursor: files }) };
}
