import type { Files } from '../../../../hub/files/files.ts';
import type { Uploads } from '../../../../hub/uploads/uploads.ts';
import type { Hub } from '../../../../hub/hub.ts';
import type { Jobs } from '../../../../hub/jobs/jobs.ts';

/** What tools, resources and prompts stand on. */
export interface CatalogueDeps {
  readonly hub: Hub;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  /** Where agents reach the hub, e.g. `http://127.0.0.1:7337`; asked each time, as the port is known only once it listens. */
  readonly urls: { readonly base: () => string };
}
