import type { HubEvent } from '../../protocol/events.ts';
import type { FileRecord, FileVersion } from '../../protocol/records.ts';
import type { Db } from '../log/db.ts';
import type { FileView } from '../rule.ts';

export declare class FileViewStore implements FileView {
  constructor(reader: Db);
  byPath(workspace: string, path: string): FileRecord | undefined;
  byId(fileId: string): FileRecord | undefined;
  version(fileId: string, version: number): FileVersion | undefined;
  keptBytes(fileId: string): number;
  applied(event: HubEvent): void;
  settled(seq: number): void;
  reset(): void;
}
