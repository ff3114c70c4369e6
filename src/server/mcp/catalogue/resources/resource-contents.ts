import { HubError } from '../../../../protocol/errors.ts';
import type { WorkspaceState } from '../../../../protocol/state.ts';
import type { WorkspaceFacet } from '../../../../protocol/uris.ts';
import { baseUrl } from '../links/base-url.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import { downloadUrl } from '../links/download-url.ts';
import { newestEvents } from '../reading/event-pages.ts';
import { bytesOf, textEncoding } from '../reading/text-content.ts';
import { jobView } from '../views/job-view.ts';
import { locksOf, lockView } from '../views/lock-view.ts';
import { workspaceStateView } from '../views/workspace-view.ts';
import { notifiedEventTypes } from '../../../../protocol/notified-events.ts';

const NEWEST = 100;
/** In bytes. A resource is read whole, into the memory of both sides. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A workspace or one of its facets as JSON: the same forms as the tools give. */
export async function readFacet(
  { hub, jobs }: CatalogueDeps,
  ctx: CallContext,
  workspace: WorkspaceState,
  facet: 'workspace' | WorkspaceFacet,
): Promise<object> {
  const { id } = workspace;
  const { state } = hub;
  switch (facet) {
    case 'workspace':
      return workspaceStateView(workspace, { keyId: ctx.key.id, sessionId: ctx.sessionId }, state, hub.now());
    case 'events': {
      const { events, lastSeq } = await newestEvents(hub, id, notifiedEventTypes, NEWEST);
      return { workspace: id, events, last_seq: lastSeq };
    }
    case 'locks':
      return {
        workspace: id,
        seq: state.seq,
        locks: locksOf(id, state).map((lock) => lockView(lock, ctx.key.id, state)),
      };
    case 'jobs': {
      const page = await jobs.list({ workspace: id, limit: NEWEST });
      return { workspace: id, jobs: page.items.map((job) => jobView(job, state)) };
    }
    default:
      return facet satisfies never;
  }
}

/**
 * The newest version of a file: text decoded, anything else as a blob.
 * @throws HubError `not_found`, `too_large`
 */
export async function readFileResource(
  deps: CatalogueDeps,
  ctx: CallContext,
  { id }: WorkspaceState,
  path: string,
): Promise<
  { readonly mimeType: string; readonly text: string } | { readonly mimeType: string; readonly blob: string }
> {
  const { files } = deps;
  const file = await files.stat(id, path);
  const { mime: mimeType, sizeBytes, version } = file;
  if (sizeBytes > MAX_BYTES) {
    const url = downloadUrl(baseUrl(deps, ctx), id, file.path, version);
    throw new HubError(
      'too_large',
      `${file.path} has ${sizeBytes} bytes; a resource is read whole, up to ${MAX_BYTES}. Read it in parts with file_read, or download it from ${url}.`,
      {
        details: { size_bytes: sizeBytes, max_bytes: MAX_BYTES, download_url: url },
      },
    );
  }
  const bytes = await bytesOf((await files.read(id, file.path, { version })).stream);
  const encoding = textEncoding(bytes, mimeType);
  return encoding === undefined
    ? { mimeType, blob: bytes.toString('base64') }
    : { mimeType, text: new TextDecoder(encoding).decode(bytes) };
}
