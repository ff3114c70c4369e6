import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { HubError } from '../../protocol/errors.ts';
import { bundleHead, bundleLine, exportedFrames, type ExportCounts } from '../../protocol/export/frame-bundle.ts';
import type { FrameContent } from '../../protocol/frame-record.ts';
import { frameFormats } from '../../protocol/export/frame-formats.ts';
import { formatCount, formatSize } from '../../protocol/words/units.ts';
import { filterMeant } from '../wire-filter.ts';
import { findHub } from '../find-hub.ts';
import type { CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { WireExportOptions } from '../command-options.ts';
import { readAll } from '../read-state.ts';

/** Frames of a format other than a bundle: all of them are in memory at once. */
const MOST_AT_ONCE = 10_000;

/** `wire export`: the recorded frames that match, oldest first. Says on stderr how much it has. */
export async function wireExport(options: WireExportOptions, host: CliHost): Promise<void> {
  const filter = filterMeant(options.filter);
  const address = await findHub(options, host);
  const counts: ExportCounts = { frames: 0, contentBytes: 0, isCut: false };
  await withHub(address, async (hub) => {
    const { api } = hub;
    const isBundle = options.format === 'jsonl';
    const what = {
      filter,
      hasContent: options.content,
      most: isBundle ? Number.MAX_SAFE_INTEGER : MOST_AT_ONCE,
    };
    const frames = exportedFrames(api, what, counts);
    const sink = options.output === undefined ? undefined : await open(options.output);
    const write = async (text: string): Promise<void> => {
      if (!sink) host.write(text);
      else if (!sink.write(text)) await once(sink, 'drain');
    };
    try {
      if (isBundle) {
        await write(bundleHead(what, Date.now()));
        for await (const content of frames) await write(bundleLine(content));
      } else {
        const contents: FrameContent[] = [];
        for await (const content of frames) contents.push(content);
        const { state } = await readAll(hub);
        const names = new Map(state.keys.map(({ id, name }) => [id, name]));
        const made = { ...what, url: address.url, now: Date.now(), keyName: (id: string) => names.get(id) };
        for (const part of frameFormats[options.format].parts(contents, made)) await write(part);
      }
    } finally {
      if (sink) {
        sink.end();
        await once(sink, 'close');
      }
    }
  });
  host.writeError(`${countWords(counts, options)}\n`);
}

function countWords({ frames, contentBytes, isCut }: ExportCounts, { content }: WireExportOptions): string {
  const many = frames === 1 ? '1 frame' : `${formatCount(frames)} frames`;
  const held = content ? `with ${formatSize(contentBytes)} of content` : 'without their content';
  const newest = isCut ? `the newest ${many}` : many;
  return `Exported ${newest} ${held}; secrets are masked${isCut ? '. Narrow the filter for the others' : ''}.`;
}

/** A new file, for its owner only. */
async function open(file: string): Promise<WriteStream> {
  const sink = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  try {
    await once(sink, 'open');
    return sink;
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const why = isThere ? 'it is there already; choose another name' : (error as Error).message;
    throw new HubError('invalid_argument', `${file} cannot be written: ${why}.`, { cause: error });
  }
}
