import { z } from 'zod';
import { defineKind } from '../job-kind.ts';
import { extractFacts, extractGist } from './facts.ts';

const found = z.record(z.string(), z.unknown());
const MiB = 1024 * 1024;

/** Looks into a file: type, size, hash, and what its format says of itself. */
export const fileExtract = defineKind({
  name: 'file_extract',
  title: 'Extract metadata',
  words: { noun: 'an extract', verb: 'extracts' },
  description:
    'Starts a job that looks into a file: type by content, size, SHA-256; of images the dimensions and EXIF; of PDFs title and page count; of texts the encoding, lines and words; of archives the listing.',
  summary: 'finds out what a file is',
  role: 'editor',
  input: {},
  result: {
    type: z.object({
      mime: z.string(),
      kind: z.enum(['empty', 'text', 'binary']),
      extension: z.string().optional(),
    }),
    size_bytes: z.number().int(),
    sha256: z.string(),
    text: found.optional(),
    image: found.optional(),
    pdf: found.optional(),
    archive: found.optional(),
    warnings: z.array(z.string()),
  },
  // Reading is in pieces, so a large file costs time; a PDF is read whole, and may be 256 MiB.
  limits: {
    timeMs: 15 * 60_000,
    bySize: { leastMs: 60_000, msPerMiB: 2_000 },
    memoryMiB: 1024,
    inputBytes: 64 * 1024 * MiB,
    outputBytes: MiB,
    atOnce: 8,
  },
  gist: extractGist,
  facts: extractFacts,
  example: { path: 'notes/plan.md', text: 'two words\nand four more here', input: {} },
});
