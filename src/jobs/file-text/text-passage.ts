/** Where a part of a text stands in its file. */
export interface TextPlace {
  /** Of a text file: its first line and its last, from 1. */
  readonly lines?: readonly [first: number, last: number];
  /** Of a PDF document, from 1. */
  readonly page?: number;
  /** Of a presentation, from 1. */
  readonly slide?: number;
  /** Of a workbook: the name of the sheet. */
  readonly sheet?: string;
  /** Of a sheet: its first row and its last, from 1. */
  readonly rows?: readonly [first: number, last: number];
}

/** A part of a file's text: what stands together under one heading, on one page. */
export interface TextPassage extends TextPlace {
  /** Letter by letter as in the text of the file. */
  readonly text: string;
  /** Place in the text of the file, in Unicode characters; the end is not in it. */
  readonly characters: readonly [from: number, to: number];
  /** The headings above it, from the top, with ` › ` between. */
  readonly heading?: string;
}

/** What is said of a text as a whole. */
export interface WholeTextFacts {
  /** Its first heading of the highest level. */
  readonly title?: string;
  readonly characters: number;
  /** Of a PDF document, pages; of a presentation, slides; of a workbook, sheets. */
  readonly parts?: number;
}

/** The name under which a job's process makes passages of a file; it is no kind of job that is asked for. */
export const FILE_TEXT = 'file_text';
