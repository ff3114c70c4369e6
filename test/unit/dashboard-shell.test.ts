import { expect, test } from 'vitest';
import { bestFiles } from '../../src/dashboard/features/palette/palette-files.ts';
import { bestItems } from '../../src/dashboard/features/palette/palette-item.ts';
import { paletteQuery } from '../../src/dashboard/features/palette/palette-query.ts';
import { bestOf, byBestMatch, paletteScore } from '../../src/dashboard/features/palette/palette-score.ts';
import { helpParts } from '../../src/dashboard/features/shell/help-lines.ts';
import { connectionWords } from '../../src/dashboard/features/shell/connection-words.ts';
import { Shortcuts } from '../../src/dashboard/features/shell/shortcuts.ts';
import { tokenIn } from '../../src/dashboard/browser-login.ts';
import { compileGlob } from '../../src/hub/paths/glob.ts';
import type { HubApi } from '../../src/protocol/api.ts';
import type { FileRecord } from '../../src/protocol/records.ts';
import { unopenedWords } from '../../src/dashboard/channel/websocket-channel.ts';
import { screens } from '../../src/protocol/screens.ts';
import { palette, paletteStore, typeAhead } from '../../src/dashboard/palette-store.ts';
import { formatRoute, parseRoute } from '../../src/dashboard/route.ts';
import { keysInScope, scopeOf } from '../../src/dashboard/scope.ts';
import { createDashboardStore } from '../../src/dashboard/store.ts';
import {
  keyVariable,
  programs,
  programSnippet,
  shells,
  usualShell,
  type ShellName,
} from '../../src/dashboard/ui/client-snippets.ts';
import { moveInList } from '../../src/dashboard/ui/list-moves.ts';
import { formatAgo, formatCountdown, formatDuration, formatSize } from '../../src/protocol/words/units.ts';

test('[UI22] keys: g and a letter within 1.2 s goes to a screen; others are one wish each', () => {
  let now = 0;
  const keys = new Shortcuts(() => now);
  expect(keys.typed('g')).toBeUndefined();
  expect(keys.typed('o')).toEqual({ kind: 'go', letter: 'o' });
  keys.typed('g');
  now = 5_000;
  expect(keys.typed('j')).toEqual({ kind: 'list' });
  expect(keys.typed('?')).toEqual({ kind: 'help' });
  expect(keys.typed('c')).toEqual({ kind: 'connect' });
  expect(keys.typed('x')).toBeUndefined();
});

test('[UI112] a key typed ahead is shown at once, as the next one is added to what the field shows', () => {
  const shown: string[] = [];
  const keyDown = (key: string) =>
    ({ key, isComposing: false, getModifierState: () => false }) as unknown as KeyboardEvent;
  palette.open();
  const stop = paletteStore.subscribe(({ query }) => shown.push(query));
  for (const key of ['p', 'l', 'Backspace', 'Enter']) {
    expect(typeAhead(keyDown(key), null)).toBe(true);
  }
  expect(shown).toEqual(['p', 'pl', 'p', 'p']);
  stop();
  palette.close();
  expect(typeAhead(keyDown('p'), null)).toBe(false);
});

test('[UI23] j, k and the other keys move in a list and stay in it', () => {
  expect(moveInList('j', -1, 5, 3)).toBe(0);
  expect(moveInList('j', 4, 5, 3)).toBe(4);
  expect(moveInList('k', 0, 5, 3)).toBe(0);
  expect(moveInList('PageDown', 0, 5, 3)).toBe(3);
  expect(moveInList('End', 0, 5, 3)).toBe(4);
  expect(moveInList('j', 0, 0, 3)).toBeUndefined();
  expect(moveInList('x', 0, 5, 3)).toBeUndefined();
});

test('[UI24] the address names the screen and what it was opened with', () => {
  expect(parseRoute(formatRoute({ screen: 'files', params: { path: 'a b/ü&.txt' } }))).toEqual({
    screen: 'files',
    params: { path: 'a b/ü&.txt' },
  });
  for (const { key } of screens) {
    expect(parseRoute(formatRoute({ screen: key, params: {} }))).toEqual({ screen: key, params: {} });
  }
  expect(parseRoute('#/nonsense?x=1')).toEqual({ screen: 'overview', params: {} });
  expect(parseRoute('')).toEqual({ screen: 'overview', params: {} });
});

test('[UI39] each screen has an address and a shortcut of its own', () => {
  for (const part of ['key', 'title', 'shortcut'] as const) {
    expect(new Set(screens.map((screen) => screen[part])).size, part).toBe(screens.length);
  }
  for (const { key, shortcut } of screens) {
    expect(key).toMatch(/^[a-z]+$/u);
    expect(shortcut).toHaveLength(1); // one key after g
  }
});

test('[UI30] why a connection was not opened is said in words, not as a status', () => {
  expect(unopenedWords(0)).toBe('The hub does not answer');
  for (const status of [204, 403, 503]) expect(unopenedWords(status)).toMatch(/^The hub [^\d]*$/u);
});

test('[UI25] a pasted link gives its token, and a bare token is one', () => {
  expect(tokenIn(' http://127.0.0.1:7337/#token=abc-_1 ')).toBe('abc-_1');
  expect(tokenIn(' abc ')).toBe('abc');
});

test('[UI26] the inspector remembers the way: back, forward, and a new branch', () => {
  const store = createDashboardStore({ screen: 'overview', params: {}, workspace: undefined });
  const { ui } = store.getState();
  const seqs = () => store.getState().ui.trail.map((step) => ('seq' in step ? step.seq : undefined));
  for (const seq of [1, 2, 2, 3]) ui.select({ kind: 'event', seq });
  expect(seqs()).toEqual([1, 2, 3]);
  ui.step(-1);
  ui.step(-1);
  ui.step(-1);
  expect(store.getState().ui.position).toBe(0);
  ui.select({ kind: 'event', seq: 9 });
  expect(seqs()).toEqual([1, 9]);
  ui.step(1);
  expect(store.getState().ui.position).toBe(1);
});

test('[UI97] another screen closes the inspector unless it is pinned; the same screen does not', () => {
  const store = createDashboardStore({ screen: 'audit', params: {}, workspace: undefined });
  const { ui } = store.getState();
  const isOpen = () => store.getState().ui.isInspectorOpen;
  ui.select({ kind: 'event', seq: 1 });
  ui.go('audit', { types: 'lock' });
  expect(isOpen()).toBe(true);
  ui.go('keys');
  expect(isOpen()).toBe(false);
  ui.openInspector(); // what it showed is one key away
  ui.pinInspector(true);
  ui.go('locks');
  expect(isOpen()).toBe(true);
  ui.closeInspector();
  ui.go('files');
  expect(isOpen()).toBe(false);
});

test('[UI29] the palette prefers the start of a name, then of a word, then the middle, then letters in order', () => {
  const names = ['my-plan', 'explain', 'planner', 'p-l-a-n', 'other'];
  expect(bestOf(names, 'plan', (name) => name, 9)).toEqual(['planner', 'my-plan', 'explain', 'p-l-a-n']);
  expect(paletteScore('', 'x')).toBe(0);
  const line = (label: string, id: string) => ({ id, label, searched: `${label} ${id}`, icon: null, run: () => {} });
  const lines = [line('coder-1', 'ses_plan'), line('coder-2', 'ses_p7l4an'), line('pl-an', 'ses_1')];
  expect(bestItems(lines, 'plan').map(({ label }) => label)).toEqual(['coder-1', 'pl-an']); // an id has all letters
});

test('[UI94] the palette lists a file of that very name before all whose folders or names only contain it', async () => {
  const many = Array.from({ length: 300 }, (_, n) => `reports/reviews/invoice-${n}.md`);
  const paths = [...many, 'docs/old invoice.ts.md', 'src/billing/Invoice.ts', 'src/invoices/a.ts'].toSorted();
  const asked: string[] = [];
  const findFiles: HubApi['findFiles'] = ({ glob, limit = 100 }) => {
    asked.push(glob);
    const compiled = compileGlob(glob);
    if (compiled instanceof Error) throw compiled;
    const found = paths.filter((path) => compiled.matches(path)).map((path) => ({ path }) as FileRecord);
    return Promise.resolve({ items: found.slice(0, limit), ...(found.length > limit && { nextCursor: 'more' }) });
  };
  expect((await bestFiles({ findFiles }, 'wsp_1', 'invoice', 3))[0]).toBe('src/billing/Invoice.ts');
  expect((await bestFiles({ findFiles }, 'wsp_1', 'INVOICE.TS', 3))[0]).toBe('src/billing/Invoice.ts');
  expect(await bestFiles({ findFiles }, 'wsp_1', 'invoices', 3)).toEqual(['src/invoices/a.ts']);
  expect(await bestFiles({ findFiles }, 'wsp_1', '/billing/inv', 3)).toEqual(['src/billing/Invoice.ts']);
  const before = asked.length;
  expect(await bestFiles({ findFiles }, 'wsp_1', '  ', 3)).toEqual([]);
  expect(asked).toHaveLength(before);
  expect(await bestFiles({ findFiles }, 'wsp_1', 'a{b,c}*', 3)).toEqual([]); // means itself, and is no glob
});

test('[UI94] the group with the best match comes first', () => {
  const groups = [['Planner'], ['src/plan.md'], ['explain']];
  expect(byBestMatch(groups, 'plan', (names) => names)).toEqual([['src/plan.md'], ['Planner'], ['explain']]);
  expect(byBestMatch(groups, '', (names) => names)).toEqual(groups);
});

test('[UX80] the screens cover one workspace or all; a key without any role is in each', () => {
  const workspaces = new Map([
    ['wsp_1', 1],
    ['wsp_2', 2],
  ]);
  expect(scopeOf(workspaces, 'wsp_2', false)).toBe('wsp_2');
  expect(scopeOf(workspaces, 'wsp_2', true)).toBeUndefined();
  expect(scopeOf(new Map([['wsp_1', 1]]), 'wsp_1', false)).toBeUndefined(); // nothing is left out
  const [one, two] = [{ key_a: 'editor' }, { key_a: 'viewer', key_b: 'owner' }] as const;
  const shown = (here: typeof one | undefined) => ['key_a', 'key_b', 'key_new'].filter(keysInScope([one, two], here));
  expect(shown(one)).toEqual(['key_a', 'key_new']);
  expect(shown(undefined)).toEqual(['key_a', 'key_b', 'key_new']);
});

test('[UX80] a choice for all screens takes the place of what one screen was narrowed to', () => {
  const store = createDashboardStore({
    screen: 'audit',
    params: { workspace: 'wsp_1', types: 'lock' },
    workspace: 'wsp_1',
  });
  store.getState().ui.chooseAllWorkspaces();
  expect(store.getState().ui).toMatchObject({ isAllWorkspaces: true, workspace: 'wsp_1', params: { types: 'lock' } });
  store.getState().ui.chooseWorkspace('wsp_2');
  expect(store.getState().ui).toMatchObject({ isAllWorkspaces: false, workspace: 'wsp_2' });
});

test('[UI30] the connection says in words how it is and when it is tried again', () => {
  const lost = { status: 'reconnecting', since: 0, attempt: 3, retryAt: 4_000, reason: 'x' } as const;
  expect(connectionWords(lost, 1_000)).toEqual({ tone: 'waiting', text: 'Reconnecting, next try in 3 s' });
  expect(connectionWords({ ...lost, retryAt: undefined }, 1_000).text).toBe('Reconnecting, trying now');
  expect(connectionWords({ ...lost, retryAt: 62_000 }, 60_000)).toEqual({
    tone: 'refused',
    text: 'Connection lost 1 m ago, next try in 2 s',
  });
});

test('[UI31] sizes, spans and countdowns read at a glance', () => {
  expect([0, 532, 1_536, 1_048_576, 5 * 1024 ** 3].map(formatSize)).toEqual([
    '0 B',
    '532 B',
    '1.5 KiB',
    '1 MiB',
    '5 GiB',
  ]);
  expect([0, 0.4, 340, 4_200, 65_000, 900_000, 3_600_000, 7_800_000].map(formatDuration)).toEqual([
    '0 ms',
    '<1 ms',
    '340 ms',
    '4.2 s',
    '1 m 05 s',
    '15 m',
    '1 h',
    '2 h 10 m',
  ]);
  expect([0, 6_100, 245_000, 3_729_000].map(formatCountdown)).toEqual(['0:00', '0:07', '4:05', '1:02:09']);
  expect([0, 12_000, 180_000].map(formatAgo)).toEqual(['just now', '12 s ago', '3 m ago']);
});

test('[UI32] each snippet has the real address, and the key where one is given', () => {
  const url = 'http://127.0.0.1:9';
  for (const { name } of programs) {
    for (const { name: shell } of shells) {
      const open = programSnippet(name, { url, shell }).text;
      expect(open).toContain(`${url}/`);
      expect(open).not.toContain('undefined');
      const filled = programSnippet(name, { url, shell, secret: 'sbx_1' }).text;
      expect(filled).toContain('sbx_1');
      expect(filled.match(/\$\{|\bprocess\.env/gu)).toBeNull();
    }
  }
});

test('[UI65] a command is written as the shell of the person takes it', () => {
  const curl = (shell: ShellName): string => programSnippet('curl', { url: 'http://127.0.0.1:9', shell }).text;
  expect(curl('sh')).toMatch(/^curl -N .* "Authorization: Bearer \$SIGNALBOX_KEY"$/u);
  expect(curl('powershell')).toMatch(/^curl\.exe .* "Authorization: Bearer \$env:SIGNALBOX_KEY"$/u);
  expect(curl('cmd')).toMatch(/"Authorization: Bearer %SIGNALBOX_KEY%"$/u);
  expect(keyVariable('cmd', 'SIGNALBOX_KEY')).toBe('set SIGNALBOX_KEY=sbx_…');
  expect(keyVariable('powershell', 'AUTH_HEADER', 'sbx_1')).toBe('$env:AUTH_HEADER = "Bearer sbx_1"');
  expect([usualShell('Win32'), usualShell('MacIntel'), usualShell('Linux x86_64')]).toEqual(['powershell', 'sh', 'sh']);
});

test('[UI105] the sheet of keys is searched by what they do, and by the keys', () => {
  const screens = [{ title: 'Locks', shortcut: 'l' }];
  const found = (text: string) =>
    helpParts(screens, text).flatMap(({ lines }) => lines.map(([keys, what]) => `${keys.join(' ')}: ${what}`));
  expect(helpParts(screens, '').map(({ title }) => title)).toEqual(['Everywhere', 'Screens', 'In a list']);
  expect(found('inspector BACK')).toEqual(['[: Back in the inspector']);
  expect(found('g l')).toEqual(['g l: Locks']);
  expect(found('no such thing')).toEqual([]);
});

test('[UI98] a sign at the beginning of what is typed narrows the palette', () => {
  expect(paletteQuery(' plan ')).toEqual({ scope: undefined, text: 'plan' });
  expect(['>theme', '@ plan', '/src/a', '#15'].map(paletteQuery)).toEqual([
    { scope: 'actions', text: 'theme' },
    { scope: 'agents', text: 'plan' },
    { scope: 'files', text: 'src/a' },
    { scope: 'events', text: '15' },
  ]);
});
