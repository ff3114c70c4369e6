import { Children, type ReactNode } from 'react';
import { ErrorState, PageLoader } from '../../ui/states.tsx';
import type { TextBlock, Inline, ListEntry, RenderedKind, TableText } from './rendered-model.ts';
import styles from './rendered.module.css';
import { TextPreview, type TextPreviewProps } from './text-preview.tsx';
import { useRendered } from './use-rendered.ts';
import { useText } from './use-text.ts';

/** A text as its format means it: Markdown as a page, values between commas as a table. Nothing in it is a link or is fetched. */
export function RenderedPreview(props: TextPreviewProps & { readonly kind: RenderedKind }): ReactNode {
  const { kind, url, name, sizeBytes } = props;
  const { window, error, readOn } = useText(url, sizeBytes);
  const text = window.open ? undefined : window.lines.join('\n');
  const rendered = useRendered(kind, text);
  if (error) return <ErrorState error={error} onRetry={readOn} />;
  if (rendered === undefined) return <PageLoader label="Reading the text" />;
  if (rendered === 'failed') return <TextPreview {...props} />;
  return (
    <div className={styles.page} data-kind={kind} role="region" aria-label={`Text of ${name}`} tabIndex={0}>
      <TextBlocks blocks={rendered.blocks} />
      {rendered.isCut && <p className={styles.note}>Not all of it is shown here. Its source is whole.</p>}
    </div>
  );
}

function TextBlocks({ blocks }: { readonly blocks: readonly TextBlock[] }): ReactNode {
  return Children.toArray(blocks.map((block) => <BlockView block={block} />));
}

function BlockView({ block }: { readonly block: TextBlock }): ReactNode {
  switch (block.kind) {
    case 'heading': {
      // Below the headings of the page itself.
      const Heading = `h${Math.min(6, block.depth + 2)}` as 'h3' | 'h4' | 'h5' | 'h6';
      return (
        <Heading data-depth={block.depth}>
          <Inlines parts={block.parts} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Inlines parts={block.parts} />
        </p>
      );
    case 'code':
      return <pre tabIndex={0}>{block.text}</pre>;
    case 'quote':
      return (
        <blockquote>
          <TextBlocks blocks={block.blocks} />
        </blockquote>
      );
    case 'list': {
      const entries = Children.toArray(block.entries.map((entry) => <EntryView entry={entry} />));
      return block.start === undefined ? <ul>{entries}</ul> : <ol start={block.start}>{entries}</ol>;
    }
    case 'table':
      return <Table table={block.table} />;
    case 'rule':
      return <hr />;
    default:
      return block satisfies never;
  }
}

function EntryView({ entry: { isDone, blocks } }: { readonly entry: ListEntry }): ReactNode {
  return (
    <li data-task={isDone === undefined ? undefined : true}>
      {isDone !== undefined && (
        <input type="checkbox" checked={isDone} disabled aria-label={isDone ? 'done' : 'to do'} />
      )}
      <TextBlocks blocks={blocks} />
    </li>
  );
}

function Table({ table: { head, rows } }: { readonly table: TableText }): ReactNode {
  return (
    <div className={styles.table}>
      <table>
        <thead>
          <tr>
            {Children.toArray(
              head.map((parts) => (
                <th scope="col">
                  <Inlines parts={parts} />
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {Children.toArray(
            rows.map((cells) => (
              <tr>
                {Children.toArray(
                  cells.map((parts) => (
                    <td data-number={isNumber(parts) || undefined}>
                      <Inlines parts={parts} />
                    </td>
                  )),
                )}
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

/** Numbers stand under each other by their ends. */
function isNumber([first, ...others]: readonly Inline[]): boolean {
  return others.length === 0 && typeof first === 'string' && /^[-+−]?\d[\d.,\u202f\u00a0 ]*%?$/u.test(first);
}

function Inlines({ parts }: { readonly parts: readonly Inline[] }): ReactNode {
  return Children.toArray(parts.map((part) => <InlineView part={part} />));
}

function InlineView({ part }: { readonly part: Inline }): ReactNode {
  if (typeof part === 'string') return part;
  switch (part.kind) {
    case 'strong':
      return (
        <strong>
          <Inlines parts={part.parts} />
        </strong>
      );
    case 'em':
      return (
        <em>
          <Inlines parts={part.parts} />
        </em>
      );
    case 'del':
      return (
        <del>
          <Inlines parts={part.parts} />
        </del>
      );
    case 'code':
      return <code>{part.text}</code>;
    case 'link':
      return (
        <span className={styles.link} title={part.to}>
          <Inlines parts={part.parts} />
        </span>
      );
    case 'picture':
      return (
        <span className={styles.picture} title={part.from}>
          {part.text === '' ? part.from : part.text}
        </span>
      );
    case 'break':
      return <br />;
    default:
      return part satisfies never;
  }
}
