/** A canvas with its context, as pdf.js passes them around. */
interface CanvasEntry {
  canvas: OffscreenCanvas | null;
  context: OffscreenCanvasRenderingContext2D | null;
}

/** The most pixels of one side of a canvas; browsers have their own limits above that. */
const MOST_SIDE = 8_192;

/** Canvases for pdf.js where there is no document. */
export class OffscreenCanvasFactory {
  create(width: number, height: number): CanvasEntry {
    const canvas = new OffscreenCanvas(side(width), side(height));
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
  }

  reset(entry: CanvasEntry, width: number, height: number): void {
    if (!entry.canvas) return;
    entry.canvas.width = side(width);
    entry.canvas.height = side(height);
  }

  destroy(entry: CanvasEntry): void {
    if (entry.canvas) entry.canvas.width = entry.canvas.height = 0;
    entry.canvas = null;
    entry.context = null;
  }
}

/** Filters are elements of a document: without one there are none, and some effects are not drawn. */
export class NoFilterFactory {
  addFilter(): string {
    return 'none';
  }
  addHCMFilter(): string {
    return 'none';
  }
  addAlphaFilter(): string {
    return 'none';
  }
  addLuminosityFilter(): string {
    return 'none';
  }
  addHighlightHCMFilter(): string {
    return 'none';
  }
  destroy(): void {}
}

function side(length: number): number {
  return Math.min(Math.max(Math.ceil(length), 1), MOST_SIDE);
}
