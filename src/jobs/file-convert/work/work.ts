import { chmod, stat, writeFile } from 'node:fs/promises';
import type { SourceFile } from '../../job-task.ts';
import { JobFailed, sourceOf, targetOf, Unreadable, type JobReporter, type JobWork } from '../../work/job-work.ts';
import { mustBeSound } from '../../work/sound-source.ts';
import type { fileConvert } from '../kind.ts';
import { isPicture, isTable, sourceFormat, type Source, type TargetFormat } from '../pairs.ts';

/** What a conversion gives: a text or bytes to write, or what it says of the file that it has written itself. */
export interface Converted {
  readonly content?: string | Uint8Array;
  readonly facts?: { readonly [Name in 'width' | 'height' | 'rows' | 'columns' | 'pages']?: number };
}

/** Input of one conversion, and where it reports. */
export interface ConvertContext extends Pick<JobReporter, 'report' | 'log'> {
  readonly file: SourceFile;
  readonly from: Source;
  readonly to: TargetFormat;
  readonly input: Parameters<JobWork<typeof fileConvert>>[0]['input'];
  /** Location of the new file, for a converter that writes it itself. */
  readonly target: string;
  readonly warn: (line: string) => void;
}

/** Makes a file of another format, whole or not at all. */
export const work: JobWork<typeof fileConvert> = async (task, { report, log, wrote }) => {
  const file = sourceOf(task);
  const target = targetOf(task);
  const from = sourceFormat(file.mime);
  if (!from) throw new JobFailed('unsupported', `${file.mime} cannot be converted.`);
  if (file.sizeBytes === 0) throw new Unreadable('The file is empty.');
  await mustBeSound(file);
  const warnings: string[] = [];
  const context: ConvertContext = {
    file,
    from,
    to: task.input.to,
    input: task.input,
    target: target.location,
    report,
    log,
    warn: (line) => void warnings.push(line),
  };
  log(`From ${from} to ${task.input.to}`);
  const { content, facts } = await converted(context);
  if (content !== undefined) await writeFile(target.location, content, { mode: 0o600 });
  const { size } = await stat(target.location);
  if (size > target.maxBytes) throw new JobFailed('too_large', `The new file would have ${size} bytes.`);
  await chmod(target.location, 0o600);
  wrote({ mime: MIMES[task.input.to] });
  report(1, 'Done');
  return { from, to: task.input.to, ...facts, warnings };
};

const MIMES: Readonly<Record<TargetFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  tiff: 'image/tiff',
  gif: 'image/gif',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  json: 'application/json',
  ndjson: 'application/jsonl',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  markdown: 'text/markdown',
  text: 'text/plain',
  html: 'text/html',
};

async function converted(context: ConvertContext): Promise<Converted> {
  const { from, to } = context;
  if (isPicture(to)) {
    const { convertPicture } = await import('./picture.ts');
    return convertPicture(context);
  }
  if (isTable(to) && isTable(from)) {
    const { convertTable } = await import('./tables.ts');
    return convertTable(context);
  }
  const { convertDocument } = await import('./documents.ts');
  return convertDocument(context);
}
