import type { RenderedKind } from './rendered-model.ts';
import { chunkBytes } from './text-window.ts';

/** How a file's text is shown unless its source is asked for. Undefined: line by line, as any that is larger than 256 KiB. */
export function renderedKind(mime: string, sizeBytes: number): RenderedKind | undefined {
  if (sizeBytes === 0 || sizeBytes > chunkBytes) return undefined;
  const type = mime.toLowerCase().split(';', 1)[0]?.trim();
  if (type === 'text/markdown' || type === 'text/x-markdown') return 'markdown';
  return type === 'text/csv' || type === 'text/tab-separated-values' ? 'table' : undefined;
}
