import { LogRetention } from '../hub/audit/log-retention.ts';
import { BlobStore } from '../hub/disk/blob-store.ts';
import { Files } from '../hub/files/files.ts';
import type { Hub } from '../hub/hub.ts';
import { Jobs } from '../hub/jobs/jobs.ts';
import type { RunningJobsOptions } from '../hub/jobs/running-jobs.ts';
import type { Runner } from '../hub/jobs/runner.ts';
import { Knowledge } from '../hub/knowledge/knowledge.ts';
import { Links } from '../hub/links/links.ts';
import { Locks } from '../hub/locks/locks.ts';
import { Uploads } from '../hub/uploads/uploads.ts';
import { InUse } from './in-use.ts';

/** The hub and the services that stand on it: what every edge of the server works with. */
export interface Services {
  readonly hub: Hub;
  readonly locks: Locks;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  readonly links: Links;
  /** What the files of indexed workspaces say. */
  readonly knowledge: Knowledge;
  /** How long the log is kept. */
  readonly retention: LogRetention;
  /** What agents have in use of what is limited and is not in the log's state. */
  readonly inUse: InUse;
}

/**
 * Makes the services of a hub and lets them begin, in the order in which they hear of events. To be
 * closed by the caller: knowledge, retention, links, jobs, uploads, files, locks, and the hub last.
 */
export async function openServices(
  hub: Hub,
  { readers, ...jobOptions }: RunningJobsOptions & { readonly readers?: Runner } = {},
): Promise<Services> {
  const locks = new Locks(hub);
  const { dataDir, contents, timers, logger } = hub;
  const files = new Files(
    hub,
    await BlobStore.open({
      dataDir,
      log: { rows: contents, timers, logger, onTrouble: (reason) => hub.contentsTrouble(reason) },
    }),
  );
  const uploads = new Uploads(hub, files);
  try {
    await uploads.recover();
  } catch (error) {
    await uploads.close();
    await files.close();
    locks.close();
    throw error;
  }
  const jobs = new Jobs(hub, files, jobOptions);
  jobs.start();
  const links = new Links(hub, files);
  const retention = new LogRetention(hub);
  const knowledge = new Knowledge(hub, files, { runner: readers });
  return { hub, locks, files, uploads, jobs, links, knowledge, retention, inUse: new InUse(hub.limits) };
}
