import type { ContentsCheck, DamagedContent } from '../../protocol/records.ts';
import { formatCount, formatSize } from '../../protocol/words/units.ts';
import type { CliHost } from '../host.ts';
import { visible } from '../event-line.ts';

export interface ContentsRead {
  readonly checked: number;
  readonly checkedBytes: number;
  readonly damaged: readonly DamagedContent[];
}

/**
 * Reads all contents, part by part. Says on stderr how far it is, and on stdout, unless that is to be JSON, which
 * versions are damaged.
 */
export async function readContents(
  next: (cursor?: string) => Promise<ContentsCheck>,
  host: CliHost,
  asJson: boolean,
): Promise<ContentsRead> {
  const damaged: DamagedContent[] = [];
  let [checked, checkedBytes] = [0, 0];
  let cursor: string | undefined;
  do {
    const part = await next(cursor);
    checked += part.checked;
    checkedBytes += part.checkedBytes;
    damaged.push(...part.damaged);
    if (!asJson) for (const content of part.damaged) host.write(linesOf(content));
    cursor = part.nextCursor;
    if (cursor !== undefined)
      host.writeError(
        `${formatCount(checked)} of ${formatCount(part.total)} contents read, ${formatSize(checkedBytes)}\n`,
      );
  } while (cursor !== undefined);
  if (!asJson && damaged.length === 0)
    host.write(`ok: ${formatCount(checked)} contents, ${formatSize(checkedBytes)}, all as they were written\n`);
  return { checked, checkedBytes, damaged };
}

function linesOf({ problem, sha256, sizeBytes, versions, versionCount }: DamagedContent): string {
  const named = versions.map(
    ({ workspace, path, version, isDeleted }) =>
      `  ${visible(`${workspace}/${path}`)} version ${version}${isDeleted ? ' (deleted)' : ''}\n`,
  );
  const more = versionCount - versions.length;
  return (
    `${problem}: content ${sha256}, ${formatSize(sizeBytes)}, of\n${named.join('')}` +
    (more > 0 ? `  and ${formatCount(more)} more versions\n` : '')
  );
}
