import type { Hub } from '../../hub/hub.ts';
import type { Logger } from '../../hub/logger.ts';
import { HubError } from '../../protocol/errors.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { Recorder } from '../../recorder/recorder.ts';

/** Between two looks at what is past the limits, in ms. */
const EVERY_MS = 10 * 60_000;

/**
 * Removes from the recorder what is too old or too much, and what concerns a key, a workspace or a file that is gone for
 * good. Returns how to stop.
 */
export function keepRecorderTidy(hub: Hub, recorder: Recorder, logger: Pick<Logger, 'warn'>): () => void {
  let timer: unknown;
  const quietly = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((error: unknown) => {
      // Without a recorder there is nothing to remove, as the desk says.
      if (error instanceof HubError && (error.code === 'storage_failed' || error.code === 'hub_closed')) return;
      logger.warn({ err: error }, 'recorded frames could not be removed');
    });
  const arm = (): void => {
    timer = hub.timers.setTimeout(() => void quietly(recorder.keep()).then(arm), EVERY_MS);
  };
  arm();
  const stop = hub.subscribe((batch) => {
    for (const { event } of batch) {
      const gone = purgeOf(event);
      if (gone) void quietly(recorder.purge(gone));
    }
  });
  return () => {
    stop();
    hub.timers.clearTimeout(timer);
    timer = undefined;
  };
}

/** What of the recorded frames an event takes away. A key that is only suspended keeps its own. */
function purgeOf(event: HubEvent): Parameters<Recorder['purge']>[0] | undefined {
  switch (event.type) {
    case 'key.revoked':
      return { keyId: event.keyId };
    case 'workspace.deleted':
      return { workspace: event.workspace };
    case 'file.deleted':
      return event.purged ? { workspace: event.workspace, names: [event.fileId, event.path] } : undefined;
    default:
      return undefined;
  }
}
