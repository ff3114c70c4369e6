/** Resource URIs of a workspace, built and taken apart in one place. */
export type WorkspaceFacet = 'events' | 'locks' | 'jobs';

export const guideUri = 'signalbox://guide';

/** `signalbox://workspaces/{id}`, or with a facet `…/events`. */
export function workspaceUri(workspace: string, facet?: WorkspaceFacet): string {
  const base = `signalbox://workspaces/${workspace}`;
  return facet === undefined ? base : `${base}/${facet}`;
}

/** `signalbox://workspaces/{id}/files/{+path}`: each segment percent-encoded, slashes kept (RFC 6570 `{+path}`). */
export function fileUri(workspace: string, path: string): string {
  return `${workspaceUri(workspace)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;
}

export type ParsedUri =
  | { readonly kind: 'guide' }
  | { readonly kind: 'workspace'; readonly workspace: string }
  | { readonly kind: WorkspaceFacet; readonly workspace: string }
  | { readonly kind: 'file'; readonly workspace: string; readonly path: string };

/** Takes a Signalbox URI apart; `undefined` for anything else. `workspace` may be an id or a name. */
export function parseUri(uri: string): ParsedUri | undefined {
  if (uri === guideUri) return { kind: 'guide' };
  const match = /^signalbox:\/\/workspaces\/([^/]+)(?:\/(events|locks|jobs|files\/(.+)))?$/u.exec(uri);
  if (!match) return undefined;
  const [, rawWorkspace = '', facet, rawPath] = match;
  const workspace = decoded(rawWorkspace);
  if (workspace === undefined) return undefined;
  if (facet === undefined) return { kind: 'workspace', workspace };
  if (facet === 'events' || facet === 'locks' || facet === 'jobs') return { kind: facet, workspace };
  const path = decoded(rawPath ?? '');
  return path === undefined ? undefined : { kind: 'file', workspace, path };
}

/** The workspace that a URI names, by id or name; `undefined` where it names none. */
export function workspaceIn(uri: string): string | undefined {
  const parsed = parseUri(uri);
  return parsed === undefined || parsed.kind === 'guide' ? undefined : parsed.workspace;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a lone `%`
  }
}
