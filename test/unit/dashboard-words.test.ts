import { watchedWords } from '../../src/protocol/words/watched-words.ts';
import { expect, test } from 'vitest';
import { fromLocalInput, toLocalInput } from '../../src/dashboard/features/audit/time-range.ts';
import { expiryOf } from '../../src/dashboard/features/keys/expiry-choice.ts';
import { problemLine, problemWords } from '../../src/dashboard/ui/problem-words.ts';
import { HubError, hubErrorCodes } from '../../src/protocol/errors.ts';
import { refusalWords } from '../../src/protocol/words/refusal-words.ts';
import { showTimesIn } from '../../src/protocol/words/time-zone.ts';
import { formatDateTime, formatTime } from '../../src/protocol/words/units.ts';

test('[UI83] a refusal is named in words, and what only agents can do about it is left out', () => {
  for (const code of hubErrorCodes) {
    const { title } = problemWords(new HubError(code, 'x'));
    expect(title, code).toMatch(/^[A-Z][^_]+[^.]$/u);
    expect(refusalWords(code), code).toMatch(/^[a-z][^_]+[^.]$/u);
  }
  const text = (message: string): string => problemWords(new HubError('not_found', message)).text;
  expect(text('There is no file "nope/none_of_it.md"; see file_list or file_find.')).toBe(
    'There is no file "nope/none_of_it.md".',
  );
  expect(text('Only the person at the desk takes a lock from its holder. Queue with wait_ms, or ask them.')).toBe(
    'Only the person at the desk takes a lock from its holder.',
  );
  expect(text('There is a workspace plans already. Choose another name.')).toBe(
    'There is a workspace plans already. Choose another name.',
  );
  // A name that is too long is not in front of why it is refused.
  expect(text(`Path "${'long '.repeat(60)}.txt" cannot be used: it has a name longer than 255 bytes.`)).toBe(
    'Path "long long long long long…ng long .txt" cannot be used: it has a name longer than 255 bytes.',
  );
  expect(problemLine(new HubError('gone', 'See file_versions.'))).toBe('No longer kept.');
});

test('[UI85] times are shown by the clock of this machine, or in UTC', () => {
  const at = Date.UTC(2026, 0, 31, 23, 4, 5, 6);
  try {
    showTimesIn('utc');
    expect([formatTime(at, true), formatDateTime(at)]).toEqual(['23:04:05.006', '2026-01-31 23:04:05Z']);
    expect(toLocalInput(at)).toBe('2026-01-31T23:04');
    expect(fromLocalInput('2026-01-31T23:04')).toBe(Date.UTC(2026, 0, 31, 23, 4));
    expect(expiryOf('date', '2026-01-31', at)).toEqual({ expiresAt: Date.UTC(2026, 1, 1) });
  } finally {
    showTimesIn('local');
  }
  const date = new Date(at);
  expect(formatTime(at)).toBe(`${String(date.getHours()).padStart(2, '0')}:04:05`);
  expect(formatDateTime(at)).not.toContain('Z');
  expect(fromLocalInput(toLocalInput(at))).toBe(
    new Date(2026, date.getMonth(), date.getDate(), date.getHours(), 4).getTime(),
  );
});

test('[UI85] times are shown by the clock of this machine, or in UTC', () => {
  const at = Date.UTC(2026, 0, 31, 23, 4, 5, 6);
  try {
    showTimesIn('utc');
    expect([formatTime(at, true), formatDateTime(at)]).toEqual(['23:04:05.006', '2026-01-31 23:04:05Z']);
    expect(toLocalInput(at)).toBe('2026-01-31T23:04');
    expect(fromLocalInput('2026-01-31T23:04')).toBe(Date.UTC(2026, 0, 31, 23, 4));
    expect(expiryOf('date', '2026-01-31', at)).toEqual({ expiresAt: Date.UTC(2026, 1, 1) });
  } finally {
    showTimesIn('local');
  }
  const date = new Date(at);
  expect(formatTime(at)).toBe(`${String(date.getHours()).padStart(2, '0')}:04:05`);
  expect(formatDateTime(at)).not.toContain('Z');
  expect(fromLocalInput(toLocalInput(at))).toBe(
    new Date(2026, date.getMonth(), date.getDate(), date.getHours(), 4).getTime(),
  );
});

test('[UI109] what an agent watches is said in words, with the names of workspaces', () => {
  const said = (uri: string) => watchedWords(uri, (named) => ({ wsp_1: 'default' })[named]);
  expect(said('signalbox://workspaces/wsp_1/events')).toBe('events of default');
  expect(said('signalbox://workspaces/wsp_1/files/a%20b.md')).toBe('a b.md in default');
  expect(said('signalbox://workspaces/wsp_1')).toBe('default');
  expect(said('signalbox://workspaces/wsp_2/locks')).toBe('locks of a workspace that is gone');
  expect(said('signalbox://guide')).toBe('the guide');
  expect(said('file:///etc/hosts')).toBe('file:///etc/hosts');
});
