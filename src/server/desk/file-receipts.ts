import { agentId, idOfAgent } from '../../protocol/agent-id.ts';
import type { FileReceipt, FileVersion } from '../../protocol/records.ts';
import type { StoredEvent } from '../../protocol/events.ts';
import { HubError } from '../../protocol/errors.ts';
import type { CallDeps } from './deps.ts';
import { reactionsTo, type Reaction } from './reactions.ts';

/**
 * Which agents were sent the event of a file version, and what each did with this version until the next one
 * (see {@link reactionsTo}). Deliveries are known for the latest versions of this launch only.
 *
 * @throws HubError `not_found` for a file or version that there is not; `gone` where it is not known (any more) who was sent it
 */
export async function fileReceipts(
  deps: Pick<CallDeps, 'hub' | 'files' | 'recorder' | 'deliveries' | 'filesNamed'>,
  fileId: string,
  version: number,
): Promise<readonly FileReceipt[]> {
  const { hub, recorder, deliveries } = deps;
  const made = await versionOf(deps, fileId, version);
  if (!deliveries.isKnown(made.seq)) throw forgotten(made.writtenAt < hub.startedAt);
  const sent = deliveries.of(made.seq);
  if (sent.length === 0) return []; // an agent that was not notified does not react
  const written = await hub.audit.event(made.seq);

  const receipts = new Map<string, FileReceipt & { readonly reactions: StoredEvent[] }>();
  const byAgent = new Map<string, StoredEvent[]>();
  for (const { sessionId, keyId, agent, sentAt, frame, receivedAt, way = 'notified' } of sent) {
    if (receipts.has(sessionId)) continue; // sent again after a resume, or notified in another way: the first time counts
    const reactions: StoredEvent[] = [];
    receipts.set(sessionId, {
      keyId,
      ...(agent === undefined ? {} : { agent }),
      sessionId,
      sentAt,
      sentFrame: typeof frame === 'number' ? recorder.idOf(frame) : frame,
      way,
      ...(receivedAt === undefined ? {} : { receivedAt }),
      reactions,
    });
    byAgent.set(agentId(keyId, agent), reactions);
  }
  // An agent may be notified on one session and act on another: it is known by its name under its key.
  const listOf = ({ session, agent }: Reaction): StoredEvent[] | undefined =>
    (session === undefined ? undefined : receipts.get(session)?.reactions) ?? byAgent.get(idOfAgent(agent));
  for (const reaction of await reactionsTo(deps, made, written)) listOf(reaction)?.push(reaction.event);
  return [...receipts.values()];
}

async function versionOf({ files }: Pick<CallDeps, 'files'>, fileId: string, version: number): Promise<FileVersion> {
  let cursor: string | undefined;
  do {
    const page = await files.versions(fileId, { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
    const found = page.items.find((item) => item.version === version);
    if (found) return found;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  throw new HubError('not_found', `The file ${fileId} has no version ${version}; its versions may have been purged.`);
}

function forgotten(isOfEarlierLaunch: boolean): HubError {
  const why = isOfEarlierLaunch
    ? 'the hub was started again since'
    : 'so many other events were sent to agents since that this one made room for them';
  return new HubError('gone', `Who was notified of this version is not known any more: ${why}.`);
}
