import { useEffect, useRef, useState, type ReactNode } from 'react';
import { formatCount } from '../../../protocol/words/units.ts';
import { PageLoader } from '../../ui/states.tsx';
import { Offer } from './offer.tsx';
import { PdfDocument, PdfError } from './pdf-document.ts';
import type { PageSize, PdfProblem } from './pdf-messages.ts';
import styles from './pdf-preview.module.css';

/** Pages that are listed; each is an element. */
const MOST_PAGES = 1_000;

interface OpenedPdf {
  readonly document: PdfDocument;
  readonly pages: number;
  readonly first: PageSize;
}

export interface PdfPreviewProps {
  readonly url: string;
  readonly name: string;
  /** The page that is to be seen, from 1. */
  readonly page?: number | undefined;
}

/** The pages of a PDF as pictures. Nothing in it runs, and its links lead nowhere. */
export function PdfPreview({ url, name, page }: PdfPreviewProps): ReactNode {
  const [opened, setOpened] = useState<OpenedPdf>();
  const [problem, setProblem] = useState<PdfProblem>();
  useEffect(() => {
    const worker = new Worker(new URL('pdf-worker.ts', import.meta.url), { type: 'module', name: 'PDF' });
    const document = new PdfDocument(worker);
    let isOver = false;
    document.open(url).then(
      ({ pages, first }) => isOver || setOpened({ document, pages, first }),
      (error: unknown) => isOver || setProblem(error instanceof PdfError ? error.problem : 'damaged'),
    );
    return () => {
      isOver = true;
      document.close();
    };
  }, [url]);
  if (problem !== undefined) {
    const [title, why] = words[problem];
    return (
      <Offer url={url} name={name} title={title} canOpen={false}>
        {why}
      </Offer>
    );
  }
  if (!opened) return <PageLoader label="Reading the PDF" />;
  const { document, pages, first } = opened;
  const shown = Math.min(pages, MOST_PAGES);
  return (
    <div className={styles.pdf}>
      <div className={styles.pages} role="region" aria-label={`Pages of ${name}`} tabIndex={0}>
        {Array.from({ length: shown }, (_, index) => (
          <PdfPage
            key={index}
            document={document}
            number={index + 1}
            of={pages}
            size={first}
            isFirst={index + 1 === page}
            onSlow={() => setProblem('too_slow')}
          />
        ))}
      </div>
      {pages > shown && (
        <p className={styles.note} role="status">
          Shown: the first {formatCount(shown)} of {formatCount(pages)} pages. Download it for the rest.
        </p>
      )}
    </div>
  );
}

interface PageProps {
  readonly document: PdfDocument;
  readonly number: number;
  readonly of: number;
  /** Of the first page: what is kept free until this one is drawn. */
  readonly size: PageSize;
  /** Whether it is to be seen at first. */
  readonly isFirst: boolean;
  readonly onSlow: () => void;
}

/** One page, drawn while it is near to what can be seen. */
function PdfPage({ document, number, of, size, isFirst, onSlow }: PageProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const slow = useRef(onSlow);
  slow.current = onSlow;
  const [isNear, setNear] = useState(false);
  const [drawn, setDrawn] = useState<PageSize>();
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    if (isFirst) box.current?.scrollIntoView({ block: 'start' });
  }, [isFirst]);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting === true), {
      root: element.parentElement,
      rootMargin: '100% 0px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!isNear) return undefined;
    const left = new AbortController();
    const width = (box.current?.clientWidth ?? 0) * devicePixelRatio;
    document.draw(number, width, left.signal).then(
      (picture) => {
        const target = canvas.current;
        if (left.signal.aborted || !target) return picture.close();
        setDrawn({ width: picture.width, height: picture.height });
        [target.width, target.height] = [picture.width, picture.height];
        target.getContext('bitmaprenderer')?.transferFromImageBitmap(picture);
      },
      (error: unknown) => {
        if (left.signal.aborted) return;
        if (error instanceof PdfError && error.problem === 'too_slow') slow.current();
        else setBroken(true);
      },
    );
    return () => left.abort();
  }, [document, number, isNear]);
  const { width, height } = drawn ?? size;
  return (
    <div ref={box} className={styles.page} style={{ aspectRatio: `${width} / ${height}` }}>
      {isNear && !isBroken && (
        <canvas
          ref={canvas}
          role="img"
          aria-label={`Page ${number} of ${of}`}
          data-drawn={drawn !== undefined || undefined}
        />
      )}
      {isBroken && <p className={styles.broken}>Page {number} is damaged.</p>}
    </div>
  );
}

const words: Readonly<Record<PdfProblem, readonly [title: string, why: string]>> = {
  damaged: ['This PDF cannot be shown', 'Its content is damaged, or not what its type says.'],
  locked: ['This PDF has a password', 'Download it, and open it in a program of yours.'],
  too_large: ['This PDF is too large to be shown', 'Download it, and open it in a program of yours.'],
  unread: ['This PDF could not be read', 'Open it again, or download it.'],
  too_slow: ['This PDF takes too long', 'It keeps its reader busy. Nothing else is held up by it.'],
};
