import { Lexer, type Token, type Tokens } from 'marked';
import { fewMarks } from '../../../protocol/names/few-marks.ts';
import type { TextBlock, Inline, ListEntry, Rendered } from './rendered-model.ts';

/** Parts of a text that are shown at most: a page of many more is slow to draw. */
const MOST_PARTS = 8_000;
/** Quotes and lists within each other; what is deeper is shown as it was written. */
const MOST_DEPTH = 16;

/** Markdown as parts to be drawn. HTML in it stays text, and nothing in it leads anywhere. */
export function markdownBlocks(text: string): Rendered {
  const reader = new Reader();
  const blocks = reader.blocks(new Lexer({ gfm: true }).lex(text), 0);
  return { blocks, isCut: reader.isCut };
}

class Reader {
  #left = MOST_PARTS;
  isCut = false;

  /** Whether one more part may be shown. */
  #takes(): boolean {
    if (this.#left > 0) this.#left -= 1;
    else this.isCut = true;
    return !this.isCut;
  }

  blocks(tokens: readonly Token[], depth: number): TextBlock[] {
    const blocks: TextBlock[] = [];
    for (const token of tokens) {
      if (token.type === 'space' || token.type === 'def') continue;
      if (!this.#takes()) break;
      blocks.push(depth > MOST_DEPTH ? code(token.raw) : this.#block(token, depth));
    }
    return blocks;
  }

  #block(token: Tokens.Generic, depth: number): TextBlock {
    switch (token.type) {
      case 'heading':
        return { kind: 'heading', depth: Number(token['depth']), parts: this.#inlines(token.tokens, token.raw) };
      case 'code':
        return code(String(token['text']));
      case 'blockquote':
        return { kind: 'quote', blocks: this.blocks(token.tokens ?? [], depth + 1) };
      case 'list':
        return this.#list(token as Tokens.List, depth);
      case 'table':
        return this.#table(token as Tokens.Table);
      case 'hr':
        return { kind: 'rule' };
      case 'html':
        return code(token.raw.trimEnd());
      default: // a paragraph, or the text of a list's entry
        return { kind: 'paragraph', parts: this.#inlines(token.tokens, token.raw) };
    }
  }

  #list({ ordered, start, items }: Tokens.List, depth: number): TextBlock {
    const entries: ListEntry[] = [];
    for (const { task, checked, tokens } of items) {
      if (!this.#takes()) break;
      const inner = tokens.filter(({ type }) => type !== 'checkbox');
      entries.push({ isDone: task ? checked === true : undefined, blocks: this.blocks(inner, depth + 1) });
    }
    return { kind: 'list', start: ordered ? Number(start) || 1 : undefined, entries };
  }

  #table({ header, rows }: Tokens.Table): TextBlock {
    const cells = (row: readonly Tokens.TableCell[]) => row.map(({ tokens, text }) => this.#inlines(tokens, text));
    const shown: (readonly Inline[])[][] = [];
    const head = cells(header);
    for (const row of rows) {
      if (!this.#takes()) break;
      shown.push(cells(row));
    }
    return { kind: 'table', table: { head, rows: shown } };
  }

  #inlines(tokens: readonly Token[] | undefined, raw: string, depth = 0): readonly Inline[] {
    if (tokens === undefined || depth > MOST_DEPTH) return [fewMarks(raw.trimEnd())];
    const parts: Inline[] = [];
    for (const token of tokens) {
      if (!this.#takes()) break;
      parts.push(this.#inline(token, depth));
    }
    return parts;
  }

  #inline(token: Tokens.Generic, depth: number): Inline {
    const text = fewMarks(String(token['text'] ?? token.raw));
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return { kind: token.type, parts: this.#inlines(token.tokens, token.raw, depth + 1) };
      case 'codespan':
        return { kind: 'code', text };
      case 'link':
        return { kind: 'link', parts: this.#inlines(token.tokens, text, depth + 1), to: String(token['href']) };
      case 'image':
        return { kind: 'picture', text, from: String(token['href']) };
      case 'br':
        return { kind: 'break' };
      case 'html':
        return fewMarks(token.raw);
      default:
        return text;
    }
  }
}

function code(text: string): TextBlock {
  return { kind: 'code', text: fewMarks(text) };
}
