import type { ListResourceTemplatesResult, Resource } from '@modelcontextprotocol/server';
import { nameOf } from '../../../../hub/paths/path.ts';
import type { ToolElsewhere } from '../call/catalogue-deps.ts';
import type { FileRecord } from '../../../../protocol/records.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import { fileUri, guideUri, workspaceFacets, workspaceUri, type WorkspaceFacet } from '../../../../protocol/uris.ts';

export const JSON_MIME = 'application/json';

const descriptions: Readonly<Record<WorkspaceFacet, string>> = {
  events: 'The newest events, 100 at most. Subscribe to get each event as it happens, in the notification itself.',
  locks: 'Held locks with their queues, as lock_list gives them; go on there with next_cursor.',
  jobs: 'The newest jobs, as job_list gives them; go on there with next_cursor.',
};

const facets = [
  {
    facet: undefined,
    what: '',
    title: 'current state',
    description: 'The live state of the workspace, as workspace_get gives it. Changes with every event in it.',
  },
  ...workspaceFacets.map((facet) => ({
    facet,
    what: ` ${facet}`,
    title: facet,
    description: descriptions[facet],
  })),
] as const;

export const resourceTemplates: ListResourceTemplatesResult['resourceTemplates'] = [
  ...facets.map(({ facet, title, description }) => ({
    uriTemplate: `signalbox://workspaces/{workspace}${facet === undefined ? '' : `/${facet}`}`,
    name: facet === undefined ? 'workspace' : `workspace-${facet}`,
    title: `A workspace’s ${title}`,
    description,
    mimeType: JSON_MIME,
  })),
  {
    uriTemplate: 'signalbox://workspaces/{workspace}/files/{+path}',
    name: 'file',
    title: 'A file',
    description:
      'The newest version of a file: text as text, other content as a blob. Subscribe to be notified when it changes.',
  },
];

export const guideResource: Resource = {
  uri: guideUri,
  name: 'guide',
  title: 'How to work with Signalbox',
  description:
    'For agents: what there is, how to watch a workspace, write safely, queue for locks, run jobs, and what each error asks you to do. Read it first.',
  mimeType: 'text/markdown',
};

/** The tool that gives the same as a resource of a workspace. */
export const toolFor = {
  workspace: 'workspace_get',
  events: 'event_list',
  locks: 'lock_list',
  jobs: 'job_list',
  file: 'file_read',
} as const satisfies Record<WorkspaceFacet | 'workspace' | 'file', ToolElsewhere>;

/** A workspace and those of its facets that a key was given the tools for, as `resources/list` has them. */
export function workspaceResources(
  { id, name }: WorkspaceState,
  isGiven: (tool: ToolElsewhere) => boolean,
): Resource[] {
  const given = facets.filter(({ facet }) => isGiven(toolFor[facet ?? 'workspace']));
  return given.map(({ facet, what, title, description }) => ({
    uri: workspaceUri(id, facet),
    name: `${name}${what}`,
    title: `${name}: ${title}`,
    description,
    mimeType: JSON_MIME,
  }));
}

/** A file as `resources/list` has it. */
export function fileResource(file: FileRecord): Resource {
  return {
    uri: fileUri(file.workspace, file.path),
    name: nameOf(file.path),
    title: file.path,
    mimeType: file.mime,
    size: file.sizeBytes,
    annotations: { lastModified: new Date(file.writtenAt).toISOString() },
  };
}
