import { z } from 'zod';
import { HubError } from '../../protocol/errors.ts';
import { formatSize } from '../../protocol/words/units.ts';
import { readFacts } from '../job-facts.ts';
import { defineKind, type JobSource } from '../job-kind.ts';
import {
  besideSource,
  isPicture,
  isTable,
  PAIRS_IN_WORDS,
  sourceFormat,
  TARGET_FORMATS,
  targetsOf,
  type TargetFormat,
} from './pairs.ts';

const MiB = 1024 * 1024;
/** Tables and markup are held in memory, a picture is not. */
const TEXT_BYTES = 64 * MiB;
const PICTURE_BYTES = 256 * MiB;
const MAX_SIDE = 16_384;

const side = z.number().int().min(1).max(MAX_SIDE).optional();

/** Makes a file of another format. */
export const fileConvert = defineKind({
  name: 'file_convert',
  title: 'Convert',
  words: { noun: 'a conversion', verb: 'converts' },
  description: `Starts a job that makes a file of another format: ${PAIRS_IN_WORDS}. Pictures can be resized (they fit into width and height), cropped, turned. The result names the output.`,
  summary: `makes a file of another format: ${PAIRS_IN_WORDS}`,
  role: 'editor',
  set: 'more',
  input: {
    to: z.enum(TARGET_FORMATS).describe(`The new format. Pairs: ${PAIRS_IN_WORDS}.`),
    width: side.describe('Of a picture: at most so many pixels wide; its proportions stay.'),
    height: side.describe('Of a picture: at most so many pixels high.'),
    crop: z
      .string()
      .regex(/^\d{1,5},\d{1,5},\d{1,5},\d{1,5}$/u)
      .optional()
      .describe('Of a picture: left,top,width,height in pixels, such as "0,0,640,480", before it is resized.'),
    rotate: z.enum(['90', '180', '270']).optional().describe('Of a picture: degrees clockwise.'),
    quality: z.number().int().min(1).max(100).optional().describe('Of jpeg, webp, avif and tiff. Default 80.'),
  },
  output: {
    into: (path, { to }) => besideSource(path ?? '', to as TargetFormat), // parsed
    sizeBytes: 512 * MiB,
  },
  refuses: (input, source) => (source ? refusal(input['to'] as TargetFormat, input, source) : undefined),
  result: {
    from: z.string(),
    to: z.enum(TARGET_FORMATS),
    width: z.number().int().optional(),
    height: z.number().int().optional(),
    rows: z.number().int().optional(),
    columns: z.number().int().optional(),
    pages: z.number().int().optional(),
    warnings: z.array(z.string()),
  },
  limits: {
    timeMs: 10 * 60_000,
    bySize: { leastMs: 120_000, msPerMiB: 10_000 }, // a picture of one colour has few bytes and many pixels
    memoryMiB: 1024,
    inputBytes: PICTURE_BYTES,
    outputBytes: MiB,
    atOnce: 4,
  },
  gist: ({ from, to }) => (typeof from === 'string' && typeof to === 'string' ? `${from} to ${to}` : ''),
  facts: (result) => readFacts(result),
  example: { path: 'list.csv', text: 'name,count\nscrews,12\nnuts,7\n', input: { to: 'json' } },
});

/** Why this conversion is not offered; undefined where it is. */
function refusal(
  to: TargetFormat,
  input: Readonly<Record<string, unknown>>,
  { path, mime, sizeBytes }: JobSource,
): HubError | undefined {
  const from = sourceFormat(mime);
  if (!from) {
    return new HubError(
      'unsupported',
      `${JSON.stringify(path)} is ${mime}, which cannot be converted. What can: ${PAIRS_IN_WORDS}.`,
    );
  }
  const targets = targetsOf(from);
  if (!targets.includes(to)) {
    return new HubError(
      'unsupported',
      `There is no conversion from ${from} to ${to}; to ${targets.join(', ')} there is.`,
      {
        details: { from, to: [...targets] },
      },
    );
  }
  const limit = isPicture(to) && from !== 'svg' ? PICTURE_BYTES : TEXT_BYTES;
  if (sizeBytes > limit) {
    return new HubError(
      'too_large',
      `${JSON.stringify(path)} is ${formatSize(sizeBytes)}; from ${from} to ${to} up to ${formatSize(limit)} are taken.`,
      { details: { size_bytes: sizeBytes, limit_bytes: limit } },
    );
  }
  const given = ['width', 'height', 'crop', 'rotate', 'quality'].filter((name) => input[name] !== undefined);
  if (given.length > 0 && !isPicture(to)) {
    return new HubError(
      'invalid_argument',
      `${given.join(', ')} ${isTable(to) ? 'of a table' : 'of a text'} there is none; leave it out.`,
    );
  }
  return undefined;
}
