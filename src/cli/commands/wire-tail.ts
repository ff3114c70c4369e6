import type { FrameRecord } from '../../protocol/frame-record.ts';
import { filterMeant } from '../wire-filter.ts';
import { findHub, noHub } from '../find-hub.ts';
import { frameLine } from '../frame-line.ts';
import { EXIT, type CliHost } from '../host.ts';
import { connectHub } from '../hub-connection.ts';
import type { WireTailOptions } from '../command-options.ts';
import { readAll } from '../read-state.ts';

/**
 * `wire tail`: the latest frames that match, then those that come, each once, until it is interrupted (0) or the hub
 * goes away (3).
 */
export async function wireTail(options: WireTailOptions, host: CliHost): Promise<number> {
  const meant = filterMeant(options.filter);
  const address = await findHub(options, host);
  const hub = await connectHub(address);
  const interrupted = Promise.withResolvers<'interrupted'>();
  const stop = host.onSignal(() => interrupted.resolve('interrupted'));
  try {
    const { state } = await readAll(hub);
    const names = new Map(state.keys.map(({ id, name }) => [id, name]));
    let last = 0;
    let held: FrameRecord[] | undefined = [];
    const print = (frames: readonly FrameRecord[]): void => {
      for (const frame of frames) {
        // One that was printed has changed: its answer has a line of its own.
        if (frame.place <= last) continue;
        last = frame.place;
        host.write(`${options.json ? JSON.stringify(frame) : frameLine(frame, names)}\n`);
      }
    };
    hub.onTail(({ frames, skipped }) => {
      if (held) held.push(...frames);
      else print(frames);
      if (skipped > 0) host.writeError(`${skipped} frames came too fast to be printed; "wire export" has them.\n`);
    });
    const filter = meant === '' ? {} : { filter: meant };
    await hub.api.tailFrames(filter);
    print((await latest(hub.api, filter, options.lines)).toReversed());
    print(held);
    held = undefined;
    const why = await Promise.race([hub.ended, interrupted.promise]);
    if (why === 'interrupted') return EXIT.ok;
    throw noHub(`The hub at ${address.url} has gone (${why}).`);
  } finally {
    stop();
    hub.close();
  }
}

/** The newest frames that match, newest first. */
async function latest(
  api: Awaited<ReturnType<typeof connectHub>>['api'],
  filter: { readonly filter?: string },
  lines: number,
): Promise<readonly FrameRecord[]> {
  const frames: FrameRecord[] = [];
  let before: number | undefined;
  while (frames.length < lines) {
    const page = await api.framesPage({ ...filter, before, limit: Math.min(1_000, lines - frames.length) });
    frames.push(...page.frames);
    if (!page.more) break;
    before = page.reached;
  }
  return frames;
}
