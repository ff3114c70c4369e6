/** What is asked of the thread that reads a PDF. */
export type PdfRequest =
  | { readonly what: 'open'; readonly url: string; readonly mostBytes: number }
  | { readonly what: 'draw'; readonly page: number; readonly widthPx: number };

/** Width and height of a page, in points. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** Why a document or a page is not shown. */
export type PdfProblem = 'damaged' | 'locked' | 'too_large' | 'unread' | 'too_slow';

/** What that thread answers. */
export type PdfAnswer =
  | { readonly what: 'opened'; readonly pages: number; readonly first: PageSize }
  | { readonly what: 'drawn'; readonly page: number; readonly picture: ImageBitmap }
  | { readonly what: 'failed'; readonly page?: number; readonly problem: PdfProblem };
