import { getDocument, type PDFDocumentProxy } from 'unpdf/pdfjs';
import { NoFilterFactory, OffscreenCanvasFactory } from './pdf-canvas.ts';
import type { PdfAnswer, PdfProblem, PdfRequest } from './pdf-messages.ts';

/*
 * Reads a PDF and draws its pages as pictures, in a thread of its own that the page can end. Agents write these
 * files: scripts, forms and links in them are left out, nothing is fetched but the file itself, and one that
 * keeps its reader busy keeps nobody else.
 */

/** What of a worker's scope is used; the types of pages are in force here. */
interface Scope {
  readonly fonts?: unknown;
  onmessage: ((event: MessageEvent<PdfRequest>) => void) | null;
  postMessage(answer: PdfAnswer, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

/** A page is a picture of at most this many pixels, 16 MiB in memory for each four million. */
const MOST_PIXELS = 8_000_000;

let opened: Promise<PDFDocumentProxy> | undefined;

scope.onmessage = ({ data }) => {
  const done = data.what === 'open' ? open(data.url, data.mostBytes) : draw(data.page, data.widthPx);
  done.catch((error: unknown) => {
    const page = data.what === 'draw' ? { page: data.page } : {};
    scope.postMessage({ what: 'failed', ...page, problem: pdfProblemOf(error) });
  });
};

async function open(url: string, mostBytes: number): Promise<void> {
  opened = read(url, mostBytes);
  const document = await opened;
  const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
  scope.postMessage({ what: 'opened', pages: document.numPages, first: { width, height } });
}

async function read(url: string, mostBytes: number): Promise<PDFDocumentProxy> {
  const response = await fetch(url);
  if (!response.ok) throw new PdfRefused('unread');
  if (Number(response.headers.get('content-length')) > mostBytes) throw new PdfRefused('too_large');
  const data = new Uint8Array(await response.arrayBuffer());
  return getDocument({
    data,
    // The fonts of this thread; there is no document here.
    ownerDocument: { fonts: scope.fonts } as unknown as HTMLDocument,
    CanvasFactory: OffscreenCanvasFactory,
    FilterFactory: NoFilterFactory,
    isEvalSupported: false,
    enableXfa: false,
    useWasm: false,
    useWorkerFetch: false,
    stopAtErrors: false,
    maxImageSize: 4 * MOST_PIXELS,
    canvasMaxAreaInBytes: 16 * MOST_PIXELS,
    verbosity: 0,
  }).promise;
}

async function draw(number: number, widthPx: number): Promise<void> {
  const page = await (await (opened ?? Promise.reject(new PdfRefused('unread')))).getPage(number);
  const size = page.getViewport({ scale: 1 });
  const wanted = widthPx / size.width;
  const scale = Math.min(wanted, Math.sqrt(MOST_PIXELS / (size.width * size.height)));
  const viewport = page.getViewport({ scale });
  const { canvas, context } = new OffscreenCanvasFactory().create(viewport.width, viewport.height);
  if (!canvas || !context) throw new PdfRefused('damaged');
  await page.render({
    canvas: null,
    // Of the same methods as that of an element.
    canvasContext: context as unknown as CanvasRenderingContext2D,
    viewport,
    background: '#fff',
  }).promise;
  page.cleanup();
  const picture = canvas.transferToImageBitmap();
  scope.postMessage({ what: 'drawn', page: number, picture }, [picture]);
}

class PdfRefused extends Error {
  readonly problem: PdfProblem;

  constructor(problem: PdfProblem) {
    super(problem);
    this.problem = problem;
  }
}

function pdfProblemOf(error: unknown): PdfProblem {
  if (error instanceof PdfRefused) return error.problem;
  if (error instanceof TypeError && /fetch/iu.test(error.message)) return 'unread';
  return error instanceof Error && error.name === 'PasswordException' ? 'locked' : 'damaged';
}
