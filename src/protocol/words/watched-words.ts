import { parseUri } from '../uris.ts';

/**
 * What a resource is called by people: `events of default`, `plan.md in default`. A URI that is none of the hub's stays
 * as it is.
 *
 * @param nameOf the name of a workspace, by its id or name; undefined where there is none (any more)
 */
export function watchedWords(uri: string, nameOf: (workspace: string) => string | undefined): string {
  const found = parseUri(uri);
  if (found === undefined) return uri;
  if (found.kind === 'guide') return 'the guide';
  const workspace = nameOf(found.workspace) ?? 'a workspace that is gone';
  switch (found.kind) {
    case 'workspace':
      return workspace;
    case 'file':
      return `${found.path} in ${workspace}`;
    case 'events':
    case 'locks':
    case 'jobs':
      return `${found.kind} of ${workspace}`;
    default:
      return found satisfies never;
  }
}
