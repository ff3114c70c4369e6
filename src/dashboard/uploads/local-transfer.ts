import type { HubApi } from '../../protocol/api.ts';
import { fromWire, HubError } from '../../protocol/errors.ts';
import type { LocalFile } from '../../protocol/local-file.ts';
import type { UploadReport, UploadTarget, UploadTransfer } from './upload-transfer.ts';

/** The calls with which the hub takes in files of the machine that both run on. */
export type LocalUploadApi = Pick<HubApi, 'localUploadBegin' | 'localUploadSend' | 'uploadCancel'>;

/** The hub's calls for a transfer from a disk, and a promise for when it can be reached. */
export interface LocalUploadHub {
  readonly hub: LocalUploadApi;
  /** Undefined while the hub can be reached; else settles when it can be again. */
  readonly untilLive: () => Promise<void> | undefined;
}

/** In the desktop app: lets the hub read a file from its path. A file that it refused at first stays refused. */
export function localTransfer(
  { file, refused }: Pick<LocalFile, 'file' | 'refused'>,
  { workspace, path }: UploadTarget,
  { hub, untilLive }: LocalUploadHub,
  report: UploadReport,
): UploadTransfer {
  let isCancelled = false;
  let uploadId: string | undefined;
  const run = async (): Promise<void> => {
    if (refused) throw fromWire(refused);
    ({ uploadId } = await hub.localUploadBegin({ workspace, path, file }));
    if (isCancelled) return forget(hub, uploadId);
    report.known(uploadId);
    await send(uploadId);
  };
  /** The hub goes on reading while the page has no connection; afterwards it is asked for the outcome. */
  const send = async (id: string): Promise<void> => {
    for (;;) {
      try {
        return await hub.localUploadSend({ uploadId: id });
      } catch (error) {
        const isLost = error instanceof HubError && error.code === 'hub_closed';
        const back = isLost ? untilLive() : undefined;
        if (!back) throw error; // the hub's own word
        await back;
        if (isCancelled) return forget(hub, id);
      }
    }
  };
  return {
    start: () => {
      uploadId = undefined;
      run().then(
        () => report.done(),
        (error: unknown) => report.failed(error instanceof HubError ? error : new HubError('internal', String(error))),
      );
    },
    cancel: async () => {
      isCancelled = true;
      if (uploadId !== undefined) await forget(hub, uploadId);
    },
  };
}

/** It may have ended already. */
async function forget(hub: LocalUploadApi, uploadId: string): Promise<void> {
  await hub.uploadCancel({ uploadId }).catch(() => undefined);
}
