import type { PageSize, PdfAnswer, PdfProblem, PdfRequest } from './pdf-messages.ts';

/** Larger ones are offered as a download: a PDF is read as a whole. */
const MOST_BYTES = 64 * 1024 * 1024;
/** How long the thread may be at one request, in ms, before it is ended. */
const MOST_MS = 20_000;

/** What a reader of PDFs needs of a worker. */
export type PdfThread = Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;

/** A problem with the document, or with one of its pages. */
export class PdfError extends Error {
  readonly problem: PdfProblem;

  constructor(problem: PdfProblem) {
    super(problem);
    this.problem = problem;
  }
}

interface AskedOfWorker {
  readonly request: PdfRequest;
  readonly answered: (answer: PdfAnswer) => void;
  readonly failed: (error: PdfError) => void;
}

/**
 * A PDF in a thread of its own. Requests go to it one after the other, so that one which takes too long is known:
 * it ends the thread, and with it the document.
 */
export class PdfDocument {
  readonly #thread: PdfThread;
  readonly #waiting: AskedOfWorker[] = [];
  #now: AskedOfWorker | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended: PdfProblem | undefined;

  constructor(thread: PdfThread) {
    this.#thread = thread;
    // pdf.js sends a greeting of its own to the page that started its thread.
    thread.onmessage = ({ data }: MessageEvent<PdfAnswer | object>) => 'what' in data && this.#onAnswer(data);
    thread.onerror = () => this.#end('damaged');
  }

  /** @throws PdfError */
  async open(url: string): Promise<{ readonly pages: number; readonly first: PageSize }> {
    const answer = await this.#ask({ what: 'open', url: new URL(url, location.href).href, mostBytes: MOST_BYTES });
    if (answer.what !== 'opened') throw new PdfError('damaged');
    return answer;
  }

  /** The picture of a page, from 1. Nothing is drawn any more when the signal comes before its turn. @throws PdfError */
  async draw(page: number, widthPx: number, signal: AbortSignal): Promise<ImageBitmap> {
    const answer = await this.#ask({ what: 'draw', page, widthPx: Math.round(widthPx) }, signal);
    if (answer.what !== 'drawn') throw new PdfError('damaged');
    return answer.picture;
  }

  /** Ends the thread. */
  close(): void {
    this.#end('unread');
  }

  #ask(request: PdfRequest, signal?: AbortSignal): Promise<PdfAnswer> {
    return new Promise((answered, failed) => {
      if (this.#ended) return failed(new PdfError(this.#ended));
      const asked: AskedOfWorker = { request, answered, failed };
      signal?.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(asked);
        if (at === -1) return;
        this.#waiting.splice(at, 1);
        failed(new PdfError('unread'));
      });
      this.#waiting.push(asked);
      this.#next();
    });
  }

  #next(): void {
    if (this.#now || this.#ended) return;
    this.#now = this.#waiting.shift();
    if (!this.#now) return;
    this.#timer = setTimeout(() => this.#end('too_slow'), MOST_MS);
    this.#thread.postMessage(this.#now.request);
  }

  #onAnswer(answer: PdfAnswer): void {
    clearTimeout(this.#timer);
    const asked = this.#now;
    this.#now = undefined;
    if (answer.what === 'failed') asked?.failed(new PdfError(answer.problem));
    else asked?.answered(answer);
    this.#next();
  }

  #end(problem: PdfProblem): void {
    if (this.#ended) return;
    this.#ended = problem;
    clearTimeout(this.#timer);
    this.#thread.terminate();
    for (const asked of [this.#now, ...this.#waiting.splice(0)]) asked?.failed(new PdfError(problem));
    this.#now = undefined;
  }
}
