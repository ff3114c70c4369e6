import type { ScreenDefinition } from '../../screen-registry.ts';
import { commandKey } from '../../ui/command-key.ts';

export type HelpLine = readonly [keys: readonly string[], what: string];

const everywhere: readonly HelpLine[] = [
  [[commandKey(), 'K'], 'Find anything, do anything'],
  [['/'], 'Filter this screen, or find anything'],
  [['c'], 'Connect an agent'],
  [['i'], 'Open or close the inspector'],
  [['['], 'Back in the inspector'],
  [[']'], 'Forward in the inspector'],
  [['Esc'], 'Close what is open, then go back'],
  [['?'], 'This sheet'],
];

const lists: readonly HelpLine[] = [
  [['j'], 'Down'],
  [['k'], 'Up'],
  [['Enter'], 'Open'],
  [['i'], 'Show in the inspector'],
  [['Home'], 'To the first'],
  [['End'], 'To the last'],
  [['Space'], 'Hold a live list, or go on'],
  [['x'], 'Mark a file'],
  [[commandKey(), 'A'], 'Mark all files'],
  [['Delete'], 'Delete what is marked'],
];

export interface HelpPart {
  readonly title: string;
  readonly lines: readonly HelpLine[];
}

/** The keys of the page, by part: the one that is `text`, else those whose description has all of its words. */
export function helpParts(
  screens: readonly Pick<ScreenDefinition, 'title' | 'shortcut'>[],
  text: string,
): readonly HelpPart[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  const all: readonly HelpPart[] = [
    { title: 'Everywhere', lines: everywhere },
    { title: 'Screens', lines: screens.map(({ title, shortcut }): HelpLine => [['g', shortcut], title]) },
    { title: 'In a list', lines: lists },
  ];
  const byKeys = withLines(all, ([keys]) => keys.join(' ').toLowerCase() === words.join(' '));
  if (byKeys.length > 0) return byKeys;
  return withLines(all, ([, what]) => words.every((word) => what.toLowerCase().includes(word)));
}

function withLines(parts: readonly HelpPart[], isWanted: (line: HelpLine) => boolean): readonly HelpPart[] {
  return parts
    .map(({ title, lines }) => ({ title, lines: lines.filter(isWanted) }))
    .filter(({ lines }) => lines.length > 0);
}
