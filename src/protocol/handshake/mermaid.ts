import { formatDuration } from '../words/units.ts';
import { deviationOf } from './deviations.ts';
import type { Diagram, DiagramRow, Participant } from './model.ts';
import { participantNames, rowText } from './row-words.ts';

export interface MermaidOptions {
  /** A duration in words. */
  readonly span?: (ms: number) => string;
  /** Where the hub is reached, for what to send instead. */
  readonly url: string;
}

/**
 * A diagram as Mermaid's `sequenceDiagram` (https://mermaid.js.org/syntax/sequenceDiagram.html). What clients say is
 * escaped, so that it cannot end its line or begin another statement.
 */
export function toMermaid({ participants, rows }: Diagram, { span = formatDuration, url }: MermaidOptions): string {
  const lines = [
    'sequenceDiagram',
    ...participants.map((participant) => `  participant ${participant} as ${participantNames[participant]}`),
  ];
  const across = `${participants[0]},${participants.at(-1)}`;
  let before = 0;
  for (const row of rows) {
    const passed = row.ms - before;
    before = Math.max(before, row.ms);
    const text = escaped(rowText(row, span));
    lines.push(`  ${statement(row, text, across, row === rows[0] ? '' : ` (+${span(Math.max(0, passed))})`)}`);
    for (const { code } of row.findings) {
      const { title, rule, cause, fix } = deviationOf(code);
      const words = [`▲ ${title}`, `Rule: ${rule}`, `Likely: ${cause}`, `Fix: ${fix(url)}`].map(escaped).join('<br/>');
      lines.push(`  Note over ${placeOf(row)}: ${words}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function statement(row: DiagramRow, text: string, across: string, passed: string): string {
  switch (row.kind) {
    case 'arrow': {
      const lost = row.tone === 'pending' ? 'x' : '>>';
      return `${row.from}${row.line === 'solid' ? '-' : '--'}${lost}${row.to}: ${text}${passed}`;
    }
    case 'guards':
      return `Note over edge: ${text}`;
    case 'complete':
      return `Note over ${across}: ${text}`;
    case 'bar':
    case 'fold':
    case 'note':
      return `Note over ${row.participant}: ${text}${passed}`;
    default:
      return row satisfies never;
  }
}

function placeOf(row: DiagramRow): Participant {
  return row.kind === 'arrow' ? row.from : 'edge';
}

/** Without what ends a statement or begins an entity or a tag there. */
function escaped(text: string): string {
  return text
    .replaceAll('#', '#35;')
    .replaceAll(';', (_mark, at: number, whole: string) => (whole.slice(0, at).endsWith('#35') ? ';' : '#59;'))
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replaceAll(/[\s\u2028\u2029]+/gu, ' ');
}
