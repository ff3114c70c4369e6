import { existsSync } from 'node:fs';
import { lstat, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ClientKind, FileFormat } from '../../src/setup/client.ts';
import { clientKind, clientKinds } from '../../src/setup/clients.ts';
import { CONNECT, openClientMachine } from '../support/client-machine.ts';

/** What a person's file may have besides: other servers, comments, odd spaces. */
const foreign: Readonly<Record<FileFormat, (kind: ClientKind) => string>> = {
  json: ({ place: { at } }) => `{
  // mine
  "theme" : "dark", /* as ever */
  "${at[0] ?? ''}": {
    "other": { "command": "x", "args": ["--token", "abc"] },
    "another": {
      "url": "https://example.com/mcp"
    }
  },
  "list": [1,2,
     3]
}
`,
  toml: () => `# mine
model = "gpt"   # as ever

[mcp_servers.other]
command = 'x'
args = [ "a",
   "b" ]

[tui]
notifications = true
started = 2026-01-01T00:00:00Z
`,
  yaml: ({ place: { at, shape } }) => `# mine
name: "Mine"   # as ever
${at[0] ?? ''}:
${shape === 'map' ? '  other:\n    cmd: x  # kept\n    args: [a, b]' : '  - name: other\n    command: x  # kept\n    args: [a, b]'}
# between
models: []
`,
};

for (const kind of clientKinds) {
  test(`[SU1][SU2] ${kind.label}: one entry is written, nothing else in the file changes, and it is taken back`, async () => {
    await using world = await openClientMachine();
    const file = kind.file(world.machine);
    const before = foreign[kind.place.format](kind);
    await world.put(file, before, 0o640);

    const shown = await world.clients.preview(kind.id, { as: 'my agent' });
    expect(shown).toMatchObject({ file, kind: 'adds' });
    expect(shown.diff).toContain('connect.mjs');
    expect(await world.read(file)).toBe(before); // a preview writes nothing
    const done = await world.clients.setUp(kind.id, { as: 'my agent' }, { digest: shown.digest, replace: false });
    const after = await world.read(file);
    expect(after).toContain(CONNECT.command);
    expect(after).toContain('my agent');
    expect(remains(before, after)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await world.copiesOf(file)).toEqual([done.copy]);
    expect(await world.read(done.copy ?? '')).toBe(before);
    expect(path.basename(done.copy ?? '')).toContain('2026-11-30T06-32-16');
    expect((await world.clients.list()).find(({ id }) => id === kind.id)?.here).toMatchObject({
      isFound: true,
      state: 'set_up',
      as: 'my agent',
      canTakeBack: true,
    });

    expect(await world.clients.preview(kind.id, { as: 'my agent' })).toMatchObject({ kind: 'same', diff: '' });
    const back = await world.clients.previewTakeBack(kind.id);
    expect(back.kind).toBe('removes');
    await world.clients.takeBack(kind.id, back.digest);
    expect(await world.read(file)).toBe(before);

    // Once more, with something else that changes meanwhile: that stays, and the entry alone goes.
    const again = await world.clients.preview(kind.id, {});
    await world.clients.setUp(kind.id, {}, { digest: again.digest, replace: false });
    const comment = kind.place.format === 'json' ? '// since then\n' : '# since then\n';
    await world.put(file, comment + (await world.read(file)));
    await world.clients.takeBack(kind.id, (await world.clients.previewTakeBack(kind.id)).digest);
    expect(await world.read(file)).toBe(comment + before);
  });

  test(`[SU3] ${kind.label}: a file that was not there is made for its owner alone, and goes again with its folders`, async () => {
    await using world = await openClientMachine();
    const { digest } = await world.clients.preview(kind.id, {});
    const { file, copy } = await world.clients.setUp(kind.id, {}, { digest, replace: false });
    expect(copy).toBeUndefined();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await world.clients.preview(kind.id, {})).toMatchObject({ kind: 'same' });
    await world.clients.takeBack(kind.id, (await world.clients.previewTakeBack(kind.id)).digest);
    expect(existsSync(file)).toBe(false);
    expect(await readdir(world.home)).toEqual([]);
  });
}

/** Whether a text is all there in another, with one thing more in it. */
function remains(before: string, after: string): boolean {
  let [head, tail] = [0, 0];
  while (head < before.length && before[head] === after[head]) head += 1;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return head + tail === before.length;
}

test('[SU4] what cannot be changed is refused with a code and what to do, and stays as it is', async () => {
  await using world = await openClientMachine();
  const file = clientKind('cursor').file(world.machine);
  const refused = async (client: string, code: string, words: RegExp): Promise<void> => {
    await expect(world.clients.preview(client, {})).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    });
  };
  for (const [text, words] of [
    ['{"mcpServers": {', /mcp\.json" cannot be changed: it is not JSON: line 1, .+by hand\./u],
    ['not json', /is not JSON/u],
    ['[]', /something else than an object at its top/u],
    ['{"mcpServers": "none"}', /something else than an object as "mcpServers"/u],
    ['{"mcpServers": {"a": {}}, "mcpServers": {"b": {}}}', /has no place for "signalbox"/u],
  ] as const) {
    await world.put(file, text);
    await refused('cursor', 'client_file_unreadable', words);
    expect(await world.read(file)).toBe(text);
  }
  await world.put(clientKind('codex').file(world.machine), 'model = \n');
  await refused('codex', 'client_file_unreadable', /is not TOML/u);
  await world.put(clientKind('goose').file(world.machine), 'extensions: [a\n');
  await refused('goose', 'client_file_unreadable', /is not YAML/u);
  await world.put(clientKind('continue').file(world.machine), 'mcpServers: {a: 1}\n');
  await refused('continue', 'client_file_unreadable', /in a form that cannot be changed/u);

  await world.put(clientKind('kiro').file(world.machine), '{}', 0o444);
  await refused('kiro', 'client_file_unwritable', /it may only be read\. Give your account the right/u);
  await mkdir(clientKind('junie').file(world.machine), { recursive: true });
  await refused('junie', 'client_file_unreadable', /it is no file/u);
  await mkdir(path.dirname(clientKind('zed').file(world.machine)), { recursive: true });
  await symlink('/nowhere/at/all', clientKind('zed').file(world.machine));
  await refused('zed', 'client_file_unreadable', /a link that leads nowhere/u);
  await world.put(clientKind('lm-studio').file(world.machine), Buffer.from([0x7b, 0xff, 0x7d]));
  await refused('lm-studio', 'client_file_unreadable', /it is not UTF-8 text/u);
  expect((await world.clients.list()).find(({ id }) => id === 'codex')?.here).toMatchObject({ state: 'unreadable' });
});

test('[SU5] a link is followed: what it leads to is changed, and it stays a link', async () => {
  await using world = await openClientMachine();
  const kind = clientKind('claude-code');
  const file = kind.file(world.machine);
  const kept = path.join(world.home, 'dotfiles', 'claude.json');
  await world.put(kept, '{"a": 1}\n');
  await symlink(kept, file);
  const shown = await world.clients.preview(kind.id, {});
  expect(shown).toMatchObject({ file, linkTo: kept });
  const { copy } = await world.clients.setUp(kind.id, {}, { digest: shown.digest, replace: false });
  expect((await lstat(file)).isSymbolicLink()).toBe(true);
  expect(await world.read(kept)).toContain('connect.mjs');
  expect(path.dirname(copy ?? '')).toBe(path.dirname(kept));
  await world.clients.takeBack(kind.id, (await world.clients.previewTakeBack(kind.id)).digest);
  expect(await world.read(kept)).toBe('{"a": 1}\n');
});

test('[SU6] a file that was changed since it was shown is not written, and an entry that was changed since is not taken back', async () => {
  await using world = await openClientMachine();
  const kind = clientKind('cursor');
  const file = kind.file(world.machine);
  await world.put(file, '{}');
  const { digest } = await world.clients.preview(kind.id, {});
  await world.put(file, '{"a": 1}');
  const late = world.clients.setUp(kind.id, {}, { digest, replace: true });
  await expect(late).rejects.toMatchObject({
    code: 'client_file_changed',
    message: expect.stringContaining('once more'),
  });
  expect(await world.read(file)).toBe('{"a": 1}');

  const shown = await world.clients.preview(kind.id, {});
  const { copy = '' } = await world.clients.setUp(kind.id, {}, { digest: shown.digest, replace: false });
  const edited = (await world.read(file)).replace('connect.mjs', 'mine.mjs');
  await world.put(file, edited);
  const back = world.clients.previewTakeBack(kind.id);
  await expect(back).rejects.toMatchObject({ code: 'client_file_changed', message: expect.stringContaining(copy) });
  expect(await world.read(file)).toBe(edited);
  await world.put(file, '{"a": 1}');
  const gone = await world.clients.previewTakeBack(kind.id);
  expect(gone.kind).toBe('same'); // somebody has removed it
  await world.clients.takeBack(kind.id, gone.digest);
  expect(await world.read(file)).toBe('{"a": 1}');
  await expect(world.clients.previewTakeBack(kind.id)).rejects.toMatchObject({ code: 'not_found' });
});

test('[SU7] another entry of our name is shown, and replaced only where the person says so', async () => {
  await using world = await openClientMachine();
  const kind = clientKind('codex');
  const file = kind.file(world.machine);
  const before = `[mcp_servers.signalbox]\nurl = "http://127.0.0.1:7337/mcp"\n\n[mcp_servers.x]\ncommand = "y"\n`;
  await world.put(file, before);
  const shown = await world.clients.preview(kind.id, { allow: true });
  expect(shown.kind).toBe('replaces');
  expect(shown.diff).toContain('-url = "http://127.0.0.1:7337/mcp"');
  expect((await world.clients.list()).find(({ id }) => id === kind.id)?.here).toMatchObject({
    state: 'other',
    canTakeBack: false,
  });
  const choice = { digest: shown.digest, replace: false };
  await expect(world.clients.setUp(kind.id, { allow: true }, choice)).rejects.toMatchObject({
    code: 'client_file_taken',
    message: expect.stringContaining('--replace'),
  });
  expect(await world.read(file)).toBe(before);
  await world.clients.setUp(kind.id, { allow: true }, { ...choice, replace: true });
  expect(await world.read(file)).toContain('default_tools_approval_mode = "approve"');
  expect(await world.read(file)).toContain('[mcp_servers.x]\ncommand = "y"');
  await world.clients.takeBack(kind.id, (await world.clients.previewTakeBack(kind.id)).digest);
  expect(await world.read(file)).toBe(before);
});

test('[SU8] what is shown of a file around the change has no secrets in it, and what is kept for taking back has none', async () => {
  await using world = await openClientMachine();
  const file = clientKind('cursor').file(world.machine);
  await world.put(
    file,
    `{\n  "mcpServers": {\n    "gh": {\n      "env": { "GITHUB_TOKEN": "ghp_abcdefgh" },\n      "headers": { "Authorization": "Bearer qwertyuiopasdfghjklzxcvbnm" }\n    }\n  }\n}\n`,
  );
  const { diff, digest } = await world.clients.preview('cursor', {});
  expect(diff).not.toMatch(/ghp_abcdefgh|qwertyuiop/u);
  await world.clients.setUp('cursor', {}, { digest, replace: false });
  const records = path.join(world.dataDir, 'connect', 'set-up.json');
  expect((await stat(records)).mode & 0o777).toBe(0o600);
  expect(await world.read(records)).not.toMatch(/ghp_|Bearer|sbx_/u);
});
