import type { FrameContent } from '../frame-record.ts';
import { framesAsPage, type FramesPageOptions } from './frames-page.ts';
import { bundleHead, bundleLine } from './frame-bundle.ts';
import { toHar } from './har.ts';
import { toOtlp } from './otlp.ts';

/** What an export is made with. */
export interface FrameExport extends FramesPageOptions {
  readonly hasContent: boolean;
  /** Where the hub is. */
  readonly url: string;
}

/** The formats in which recorded frames are exported, by the name that the command line has for each. */
export const frameFormats = {
  jsonl: {
    title: 'Bundle (JSON Lines)',
    suffix: 'jsonl',
    mime: 'application/jsonl',
    *parts(contents: readonly FrameContent[], { filter, hasContent, now }: FrameExport): Generator<string> {
      yield bundleHead({ filter, hasContent }, now);
      for (const content of contents) yield bundleLine(content);
    },
  },
  har: {
    title: 'HTTP archive (HAR)',
    suffix: 'har',
    mime: 'application/json',
    *parts(contents: readonly FrameContent[], { url }: FrameExport): Generator<string> {
      yield `${JSON.stringify(toHar(contents, url))}\n`;
    },
  },
  otlp: {
    title: 'OpenTelemetry spans (OTLP/JSON)',
    suffix: 'otlp.json',
    mime: 'application/json',
    *parts(contents: readonly FrameContent[]): Generator<string> {
      yield `${JSON.stringify(toOtlp(contents))}\n`;
    },
  },
  html: {
    title: 'Page to read (HTML)',
    suffix: 'html',
    mime: 'text/html',
    parts: framesAsPage,
  },
} as const;

export type FrameFormat = keyof typeof frameFormats;

/** All formats, in the order in which they are offered. */
export const frameFormatNames = Object.keys(frameFormats) as readonly FrameFormat[];
