import { agentOfActor } from '../../../../protocol/agent-id.ts';
import { HubError } from '../../../../protocol/errors.ts';
import type { LockState, WorkspaceState } from '../../../../protocol/state.ts';
import type { WorkspaceFacet } from '../../../../protocol/uris.ts';
import { baseUrl } from '../addresses/base-url.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';
import { downloadUrl } from '../addresses/download-url.ts';
import { newestEvents, type EventView } from '../reading/event-pages.ts';
import { nextCursor, pageByKey } from '../define-tool/page-arguments.ts';
import { MOST_ANSWER_BYTES, PageRoom, USUAL_ANSWER_BYTES } from '../views/page-room.ts';
import { imageProblem, isModelImage } from '../reading/sound-image.ts';
import { textEncoding } from '../../../../hub/files/text-encoding.ts';
import { restOfStream } from '../reading/text-content.ts';
import { isVisible } from '../reading/visible-text.ts';
import { jobView, type JobView } from '../views/job-view.ts';
import { locksOf, lockView, type LockView } from '../views/lock-view.ts';
import { USUAL_STATE, workspaceStateView } from '../views/workspace-view.ts';
import { notifiedEventTypes } from '../../../../protocol/notified-events.ts';

const NEWEST = 100;
/** Of a file; in base64 that is what an answer has at most. A resource is read whole, into the memory of both sides. */
const MAX_BYTES = (MOST_ANSWER_BYTES / 4) * 3;

/**
 * A workspace or one of its facets as JSON: the same forms as the tools give, and as much of them as a tool gives
 * unless it is asked for more. `next_cursor` is one of the tool that lists them.
 */
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
      return workspaceStateView(workspace, { keyId: ctx.key.id, sessionId: ctx.sessionId }, hub, USUAL_STATE);
    case 'events': {
      const room = new PageRoom<EventView>(USUAL_ANSWER_BYTES);
      const fits = (event: EventView) => room.take(event);
      const { lastSeq } = await newestEvents(hub, id, { types: notifiedEventTypes, limit: NEWEST, fits });
      return { workspace: id, events: room.items.toReversed(), last_seq: lastSeq };
    }
    case 'locks': {
      const room = new PageRoom<LockView>(USUAL_ANSWER_BYTES);
      const fits = (lock: LockState) => room.take(lockView(lock, agentOfActor(ctx.origin.actor), state));
      const page = pageByKey(locksOf(id, state), ({ path }) => path, { limit: NEWEST }, fits);
      return { workspace: id, seq: hub.changedSeq, locks: room.items, ...nextCursor(page) };
    }
    case 'jobs': {
      const room = new PageRoom<JobView>(USUAL_ANSWER_BYTES);
      const page = await jobs.list({
        workspace: id,
        limit: NEWEST,
        fits: (job) => room.take(jobView(job, hub.keyName)),
      });
      return { workspace: id, jobs: room.items, ...nextCursor(page) };
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
  const bytes = await restOfStream((await files.read(id, file.path, { version })).stream);
  const encoding = textEncoding(bytes, mimeType);
  if (bytes.length === 0) return { mimeType: WORDS, text: `(${file.path} version ${version} is empty)` };
  if (encoding !== undefined) {
    const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes); // a byte order mark stays in it
    if (isVisible(text)) return { mimeType, text };
    return {
      mimeType: WORDS,
      text: `(${file.path} version ${version} is blank: none of its ${sizeBytes} bytes can be seen)`,
    };
  }
  // A client makes an image of what is called one, and a model's API refuses a conversation with a broken one.
  const isSound = !isModelImage(mimeType) || imageProblem(bytes, mimeType) === undefined;
  return { mimeType: isSound ? mimeType : 'application/octet-stream', blob: bytes.toString('base64') };
}

/** Type of the words that stand for a content of which nothing can be seen: a block without visible text ends conversations. */
const WORDS = 'text/plain';
