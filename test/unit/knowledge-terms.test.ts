import { expect, test } from 'vitest';
import { languageOf, lookedFor, termsOf, wordsOfText } from '../../src/hub/knowledge/terms.ts';
import { sentencesOf } from '../../src/hub/knowledge/sentences.ts';

test('[KN10] words are compared in small letters and without accents, in any script', () => {
  expect(wordsOfText('Crème BRÛLÉE, l’été — STRASSE Straße')).toEqual([
    'creme',
    'brulee',
    'lete',
    'strasse',
    'strasse',
  ]);
  expect(wordsOfText('Ёлка Ελλάδα ﬁne ＡＢＣ')).toEqual(['елка', 'ελλαδα', 'fine', 'abc']);
  expect(wordsOfText('हिन्दी में')).toEqual(['हिन्दी', 'में']);
  expect(wordsOfText("The box's don't_care lockAcquire v1.2")).toEqual([
    'the',
    'box',
    'dont',
    'care',
    'lockacquire',
    'lock',
    'acquire',
    'v1',
    '2',
  ]);
});

test('[KN10] scripts without spaces are taken apart into words', () => {
  expect(wordsOfText('信号ボックスは東京にあります')).toEqual(expect.arrayContaining(['信号', '東京']));
  expect(wordsOfText('我们在北京工作')).toEqual(expect.arrayContaining(['北京', '工作']));
  expect(wordsOfText('ภาษาไทยง่าย').length).toBeGreaterThan(1);
  expect(wordsOfText('version2の設定')).toEqual(expect.arrayContaining(['version2', '設定']));
});

test('[KN10] stems and stop words are those of English texts alone', () => {
  const english = wordsOfText('The trains are running on the tracks and the signals were changed');
  expect(languageOf(english)).toBe('en');
  expect(termsOf('The trains are running', 'en')).toEqual(['train', 'run']);
  for (const text of [
    'Die Züge fahren auf den Gleisen und die Signale wurden in der Nacht geändert',
    'Les trains roulent sur les voies et les signaux ont été changés dans la nuit',
    'De treinen rijden op het spoor en de seinen zijn in de nacht veranderd',
    'Los trenes circulan por las vías y las señales se cambiaron por la noche',
    'const lockToken = await acquire(path); return lockToken.fence;',
  ]) {
    expect(languageOf(wordsOfText(text)), text).toBe('any');
  }
  expect(termsOf('Die Züge fahren', 'any')).toEqual(['die', 'zuge', 'fahren']);
});

test('[KN10] a question is looked for in the forms that texts of each language have', () => {
  expect(lookedFor('Which trains are running?')).toEqual([
    ['train', 'trains'],
    ['run', 'running'],
  ]);
  expect(lookedFor('Züge fahren')).toEqual([['zuge'], ['fahren']]);
  expect(lookedFor('the')).toEqual([['the']]);
  expect(lookedFor('')).toEqual([]);
  expect(lookedFor('"; DROP TABLE terms; --')).toEqual([['drop'], ['tabl', 'table'], ['term', 'terms']]);
});

test('[KN11] a text has its sentences, its lines of lists and its rows, letter by letter', () => {
  const text =
    '# Plan\n\nThe first line\ngoes on. The second, e.g. this.\n\n- one thing\n- another thing\n\n| a | b |\n';
  expect(sentencesOf(text).map(({ from, to }) => text.slice(from, to))).toEqual([
    '# Plan',
    'The first line\ngoes on.',
    'The second, e.g. this.',
    '- one thing',
    '- another thing',
    '| a | b |',
  ]);
});
