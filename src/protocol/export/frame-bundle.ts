import type { HubApi } from '../api.ts';
import { HubError } from '../errors.ts';
import { PRODUCT_VERSION } from '../version.ts';
import type { FrameContent } from '../frame-record.ts';

/** Version of the bundle below: a reader refuses a higher one. */
export const BUNDLE_VERSION = 1;

export interface ExportOptions {
  /** In the filter language; '' for all. */
  readonly filter: string;
  /** Bodies too, or first lines and headers alone. */
  readonly hasContent: boolean;
  /** Most frames, the newest of all that match. */
  readonly most: number;
}

/** How many frames are asked for at the same time. */
const AT_ONCE = 16;

/** Counts of an export, for the person that made it. */
export interface ExportCounts {
  frames: number;
  /** Of bodies. */
  contentBytes: number;
  /** Whether more match than were taken. */
  isCut: boolean;
}

/**
 * The frames that match, oldest first and with all that is kept of them; secrets were masked before they were stored.
 * Frames that are purged meanwhile are left out.
 *
 * @param counts grows with what was answered
 */
export async function* exportedFrames(
  hub: Pick<HubApi, 'framesPage' | 'frameGet'>,
  { filter, hasContent, most }: ExportOptions,
  counts: ExportCounts,
): AsyncGenerator<FrameContent> {
  const { ids, isCut } = await matching(hub, filter, most);
  counts.isCut = isCut;
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const contents = await Promise.all(ids.slice(at, at + AT_ONCE).map((frameId) => contentOf(hub, frameId)));
    for (const content of contents) {
      if (!content) continue;
      counts.frames += 1;
      const { body, answer, ...heads } = content;
      if (hasContent) counts.contentBytes += bytesOf(body?.text) + bytesOf(answer?.text);
      yield hasContent ? content : heads;
    }
  }
}

/** Ids of the newest frames that match, oldest first. */
async function matching(
  hub: Pick<HubApi, 'framesPage'>,
  filter: string,
  most: number,
): Promise<{ readonly ids: readonly string[]; readonly isCut: boolean }> {
  const ids: string[] = [];
  let before: number | undefined;
  for (;;) {
    const limit = Math.min(1_000, most - ids.length);
    const page = await hub.framesPage({ ...(filter === '' ? {} : { filter }), before, limit });
    ids.push(...page.frames.map(({ id }) => id));
    before = page.reached;
    if (!page.more || ids.length >= most) return { ids: ids.reverse(), isCut: page.more };
  }
}

async function contentOf(hub: Pick<HubApi, 'frameGet'>, frameId: string): Promise<FrameContent | undefined> {
  try {
    return await hub.frameGet({ frameId });
  } catch (error) {
    if (error instanceof HubError && error.code === 'gone') return undefined;
    throw error;
  }
}

function bytesOf(text: string | undefined): number {
  return text === undefined ? 0 : new TextEncoder().encode(text).length;
}

/** The first line of a bundle of frames: JSON Lines, one {@link FrameContent} a line after it. */
export function bundleHead({ filter, hasContent }: Pick<ExportOptions, 'filter' | 'hasContent'>, now: number): string {
  const head = {
    signalbox: 'frames',
    version: BUNDLE_VERSION,
    product: PRODUCT_VERSION,
    exportedAt: now,
    ...(filter === '' ? {} : { filter }),
    content: hasContent,
  };
  return `${JSON.stringify(head)}\n`;
}

/** A frame's line in a bundle. */
export function bundleLine(content: FrameContent): string {
  return `${JSON.stringify(content)}\n`;
}
