import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** What was written into a client's file, so that it can be taken back. */
const recordSchema = z.object({
  client: z.string(),
  file: z.string(),
  /** Digest of the file as it was before, and as it was written. */
  before: z.string(),
  after: z.string(),
  /** JSON of the entry. */
  entry: z.string(),
  /** The file as it was; absent where there was none. */
  copy: z.string().optional(),
  /** The first folder that was made for it. */
  folder: z.string().optional(),
  /** Whether the collection of servers was made with it. */
  madeCollection: z.boolean(),
  /** Ms since the epoch. */
  at: z.number(),
});

export type SetUpRecord = z.infer<typeof recordSchema>;

const fileSchema = z.object({ version: z.literal(1), records: z.array(recordSchema).max(200) });

/** What Signalbox wrote into clients' files, in a file of the data directory for its owner alone. It has no secret. */
export class SetUpRecords {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = path.join(dataDir, 'connect', 'set-up.json');
  }

  /** The last change to a client's file that was not taken back. */
  async find(client: string, file: string): Promise<SetUpRecord | undefined> {
    return (await this.#read()).find((one) => one.client === client && one.file === file);
  }

  /** Keeps one in place of that of the same client and file, or forgets that. */
  async put(client: string, file: string, record: SetUpRecord | undefined): Promise<void> {
    const others = (await this.#read()).filter((one) => one.client !== client || one.file !== file);
    const records = record === undefined ? others : [...others, record];
    const temporary = `${this.#file}.${randomBytes(6).toString('hex')}`;
    await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    try {
      await writeFile(temporary, `${JSON.stringify({ version: 1, records: records.slice(-200) }, null, 2)}\n`, {
        mode: 0o600,
        flag: 'wx',
      });
      await rename(temporary, this.#file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async #read(): Promise<readonly SetUpRecord[]> {
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#file, 'utf8'))).records;
    } catch {
      return []; // none, or not ours to read: nothing is taken back by it
    }
  }
}
