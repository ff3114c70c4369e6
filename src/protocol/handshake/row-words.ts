import { formatCount, formatDuration } from '../words/units.ts';
import { deviationOf } from './deviations.ts';
import type { DiagramRow, FoldRow, GuardCheck, Participant } from './model.ts';

export const participantNames: Readonly<Record<Participant, string>> = {
  agent: 'Agent',
  edge: 'Edge',
  session: 'Session',
  hub: 'Hub',
  worker: 'Worker',
};

const verdicts: Readonly<Record<GuardCheck['verdict'], string>> = { passed: '✓', refused: '✗', unreached: '–' };

/** `✓ Host 127.0.0.1`, `✗ Key none refused`, `– Scope`: by shape and word, not by colour. */
export function guardText({ name, verdict, value }: GuardCheck): string {
  const said = [verdicts[verdict], name, value].filter((part) => part !== '').join(' ');
  return verdict === 'refused' ? `${said}: refused` : said;
}

/** What a row says, in one line and without its time. @param span a duration in words */
export function rowText(row: DiagramRow, span: (ms: number) => string = formatDuration): string {
  switch (row.kind) {
    case 'arrow':
      return row.text;
    case 'guards':
      return row.guards.map(guardText).join(' · ');
    case 'complete':
      return `handshake complete in ${span(row.tookMs)}`;
    case 'bar':
      return `${row.text}, ${span(row.tookMs)}`;
    case 'fold':
      return foldText(row);
    case 'note':
      return row.text;
    default:
      return row satisfies never;
  }
}

function foldText({ what, count, isAtLeast = false }: FoldRow): string {
  switch (what) {
    case 'pushes':
      return `${formatCount(count)} notifications`;
    case 'progress':
      return `${formatCount(count)} reports of progress`;
    case 'frames':
      if (isAtLeast && count === 0) return 'more';
      return `${isAtLeast ? 'at least ' : ''}${formatCount(count)} more`;
    default:
      return what satisfies never;
  }
}

/** The names of what deviates on a row. */
export function findingTitles({ findings }: Pick<DiagramRow, 'findings'>): readonly string[] {
  return findings.map(({ code }) => deviationOf(code).title);
}
