import path from 'node:path';
import { BlobStore } from '../../src/hub/disk/blob-store.ts';
import type { WritesContents } from '../../src/hub/disk/content-writer.ts';
import type { WritesOut } from '../../src/hub/disk/write-out-worker.ts';
import { storeContent } from '../../src/hub/disk/store-content.ts';
import { Files } from '../../src/hub/files/files.ts';
import { Uploads } from '../../src/hub/uploads/uploads.ts';
import type { HubOptions } from '../../src/hub/store/hub-options.ts';
import { Jobs } from '../../src/hub/jobs/jobs.ts';
import type { RunningJobsOptions } from '../../src/hub/jobs/running-jobs.ts';
import type { FileRecord } from '../../src/protocol/records.ts';
import { human, openTestHub, type TestHub } from './open-hub.ts';

/** Stores small contents as their threads do, where a test can see each step. */
class InThisThread implements WritesContents {
  readonly #incoming: string;

  constructor(dataDir: string) {
    this.#incoming = path.join(dataDir, 'blobs', 'incoming');
  }

  write: WritesContents['write'] = (content) =>
    new Promise((resolve) => {
      storeContent(this.#incoming, content, resolve);
    });

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A real hub with its files, uploads and jobs. */
export interface TestFiles extends AsyncDisposable {
  readonly test: TestHub;
  readonly files: Files;
  readonly uploads: Uploads;
  readonly jobs: Jobs;
  readonly workspace: string;
  /** Writes a text as the person at the desk. */
  put(path: string, content: string | Uint8Array): Promise<FileRecord>;
  text(path: string, version?: number): Promise<string>;
  /** Ends it all in good order and opens it again on the same directory. */
  restart(): Promise<void>;
}

/** How contents are stored; see {@link BlobStore.open}. */
interface TestStore {
  /** Every content gets its file before its event, small ones in this thread. */
  readonly small?: 'in-this-thread';
  /** Gives contents of the log in this data directory their files. */
  readonly writer?: (dataDir: string) => WritesOut;
}

export async function openTestFiles(
  options: Partial<HubOptions> & TestStore & { readonly jobs?: () => RunningJobsOptions } = {},
): Promise<TestFiles> {
  const { jobs = () => ({}), small, writer, ...hubOptions } = options;
  const store = { ...(small ? { small } : {}), ...(writer ? { writer } : {}) };
  const test = await openTestHub(hubOptions);
  let parts = await openParts(test, jobs(), store);
  const close = async (): Promise<void> => {
    await parts.jobs.close();
    await parts.uploads.close();
    await parts.files.close();
  };
  return {
    test,
    get files() {
      return parts.files;
    },
    get uploads() {
      return parts.uploads;
    },
    get jobs() {
      return parts.jobs;
    },
    workspace: test.workspace,
    put: (name, content) =>
      parts.files.write(human, {
        workspace: test.workspace,
        path: name,
        content: typeof content === 'string' ? Buffer.from(content) : content,
        source: 'import',
      }),
    text: async (name, version) => {
      const { stream } = await parts.files.read(test.workspace, name, version === undefined ? {} : { version });
      return Buffer.concat(await stream.toArray()).toString();
    },
    restart: async () => {
      await close();
      await test.restart();
      parts = await openParts(test, jobs(), store);
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      await test.dispose();
    },
  };
}

async function openParts(test: TestHub, options: RunningJobsOptions, { small, writer }: TestStore) {
  const { dataDir } = test;
  const { contents: rows, timers, logger } = test.hub;
  const onTrouble = (reason: string | undefined): void => test.hub.contentsTrouble(reason);
  const log = { rows, timers, logger, onTrouble, ...(writer ? { writer: writer(dataDir) } : {}) };
  const blobs = await BlobStore.open(small ? { dataDir, small: new InThisThread(dataDir) } : { dataDir, log });
  const files = new Files(test.hub, blobs);
  const uploads = new Uploads(test.hub, files);
  await uploads.recover();
  const jobs = new Jobs(test.hub, files, options);
  jobs.start();
  return { files, uploads, jobs };
}
