/** The lists of a workspace that are resources of their own. */
export const workspaceFacets = ['events', 'locks', 'jobs'] as const;
export type WorkspaceFacet = (typeof workspaceFacets)[number];

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
  const match = /^signalbox:\/\/workspaces\/([^/]+)(?:\/(.+))?$/u.exec(uri);
  if (!match) return undefined;
  const [, rawWorkspace = '', rest] = match;
  const workspace = decoded(rawWorkspace);
  if (workspace === undefined) return undefined;
  if (rest === undefined) return { kind: 'workspace', workspace };
  const facet = workspaceFacets.find((each) => each === rest);
  if (facet !== undefined) return { kind: facet, workspace };
  const path = rest.startsWith('files/') ? decoded(rest.slice('files/'.length)) : undefined;
  return path === undefined || path === '' ? undefined : { kind: 'file', workspace, path };
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
