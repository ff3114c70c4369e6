import { expect, test } from 'vitest';
import { clientSeen } from '../../src/protocol/client-seen.ts';
import type { KeyState, SessionState } from '../../src/protocol/state.ts';
import type { ClientKind } from '../../src/setup/client.ts';
import { clientKinds } from '../../src/setup/clients.ts';
import { commandFor } from '../../src/setup/connect-arguments.ts';
import { inAppData, type Machine } from '../../src/setup/machine.ts';
import { programOnPath } from '../../src/setup/on-machine.ts';
import { othersSnippets, quotes, snippetsOf } from '../../src/setup/snippets.ts';

const linux: Machine = { platform: 'linux', home: '/home/ada', env: {} };
const mac: Machine = { platform: 'darwin', home: '/Users/ada', env: {} };
const windows: Machine = {
  platform: 'win32',
  home: 'C:\\Users\\ada',
  env: { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
};

/** Where each client's own documentation has its file. */
const files: Readonly<Record<string, readonly [linux: string, mac: string, windows: string]>> = {
  'claude-code': ['~/.claude.json', '~/.claude.json', '~\\.claude.json'],
  'claude-desktop': [
    '~/.config/Claude/claude_desktop_config.json',
    '~/Library/Application Support/Claude/claude_desktop_config.json',
    '%\\Claude\\claude_desktop_config.json',
  ],
  'cline-cli': [
    '~/.cline/data/settings/cline_mcp_settings.json',
    '~/.cline/data/settings/cline_mcp_settings.json',
    '~\\.cline\\data\\settings\\cline_mcp_settings.json',
  ],
  cline: [
    '~/.config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    '~/Library/Application Support/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json',
    '%\\Code\\User\\globalStorage\\saoudrizwan.claude-dev\\settings\\cline_mcp_settings.json',
  ],
  codex: ['~/.codex/config.toml', '~/.codex/config.toml', '~\\.codex\\config.toml'],
  continue: ['~/.continue/config.yaml', '~/.continue/config.yaml', '~\\.continue\\config.yaml'],
  'copilot-cli': ['~/.copilot/mcp-config.json', '~/.copilot/mcp-config.json', '~\\.copilot\\mcp-config.json'],
  cursor: ['~/.cursor/mcp.json', '~/.cursor/mcp.json', '~\\.cursor\\mcp.json'],
  'gemini-cli': ['~/.gemini/settings.json', '~/.gemini/settings.json', '~\\.gemini\\settings.json'],
  goose: ['~/.config/goose/config.yaml', '~/.config/goose/config.yaml', '%\\Block\\goose\\config\\config.yaml'],
  junie: ['~/.junie/mcp/mcp.json', '~/.junie/mcp/mcp.json', '~\\.junie\\mcp\\mcp.json'],
  kiro: ['~/.kiro/settings/mcp.json', '~/.kiro/settings/mcp.json', '~\\.kiro\\settings\\mcp.json'],
  'lm-studio': ['~/.lmstudio/mcp.json', '~/.lmstudio/mcp.json', '~\\.lmstudio\\mcp.json'],
  opencode: [
    '~/.config/opencode/opencode.json',
    '~/.config/opencode/opencode.json',
    '~\\.config\\opencode\\opencode.json',
  ],
  'qwen-code': ['~/.qwen/settings.json', '~/.qwen/settings.json', '~\\.qwen\\settings.json'],
  vscode: [
    '~/.config/Code/User/mcp.json',
    '~/Library/Application Support/Code/User/mcp.json',
    '%\\Code\\User\\mcp.json',
  ],
  windsurf: ['~/.config/devin/mcp_config.json', '~/.config/devin/mcp_config.json', '%\\devin\\mcp_config.json'],
  'windsurf-before': [
    '~/.codeium/windsurf/mcp_config.json',
    '~/.codeium/windsurf/mcp_config.json',
    '~\\.codeium\\windsurf\\mcp_config.json',
  ],
  zed: ['~/.config/zed/settings.json', '~/.config/zed/settings.json', '%\\Zed\\settings.json'],
};

test('[SU10] each client has its file where its own documentation says, on Linux, macOS and Windows', () => {
  expect(clientKinds.map(({ id }) => id).toSorted()).toEqual(Object.keys(files).toSorted());
  const short = (file: string, { home }: Machine): string => file.replace(inAppData(windows), '%').replace(home, '~');
  for (const { id, file } of clientKinds) {
    expect([linux, mac, windows].map((machine) => short(file(machine), machine))).toEqual(files[id]);
  }
  const moved = { ...linux, env: { CODEX_HOME: '/x', CLAUDE_CONFIG_DIR: '/y', XDG_CONFIG_HOME: '/z' } };
  const movedTo = (id: string): string | undefined => clientKinds.find((one) => one.id === id)?.file(moved);
  expect([movedTo('codex'), movedTo('claude-code'), movedTo('zed')]).toEqual([
    '/x/config.toml',
    '/y/.claude.json',
    '/z/zed/settings.json',
  ]);
});

const command = commandFor(
  { command: '/opt/my node/node', args: ['/data/connect.mjs'] },
  { as: "ada's agent", role: 'viewer', workspace: 'docs' },
);
const snippets = (kind: ClientKind, machine = linux) =>
  snippetsOf({ kind, machine, file: kind.file(machine), command, url: 'http://127.0.0.1:7337' });

test('[SU11] no text to copy and no link has a secret, or a place for one in clear; each client has both ways', () => {
  for (const kind of clientKinds) {
    const found = snippets(kind);
    for (const way of ['connect', 'http'] as const) expect(found.some((one) => one.way === way)).toBe(true);
    for (const { text, way } of found) {
      expect(text).not.toContain('sbx_');
      if (way === 'connect') {
        expect(text).not.toMatch(/Bearer|SIGNALBOX_KEY/u);
        expect(text).toContain('/opt/my node/node');
      } else {
        expect(text).toContain('http://127.0.0.1:7337/mcp');
        expect(text).toMatch(
          /[$:{"]SIGNALBOX_KEY|env_keys|bearer-token-env-var SIGNALBOX_KEY|secrets\.SIGNALBOX_KEY|input:signalbox-key|AUTH_HEADER/u,
        );
      }
    }
    const link = kind.link?.(command);
    if (link !== undefined) {
      expect(link).not.toMatch(/sbx_|Bearer/u);
      expect(URL.canParse(link)).toBe(true);
      const said = decodeURIComponent(link);
      const config = /config=(?<base64>[\w+/=]+)$/u.exec(said)?.groups?.['base64'];
      expect(config === undefined ? said : Buffer.from(config, 'base64').toString()).toContain('/opt/my node/node');
    }
  }
  expect(othersSnippets(command, 'http://127.0.0.1:7337').map(({ way }) => way)).toEqual(['connect', 'http']);
  expect(clientKinds.filter(({ link }) => link).map(({ id }) => id)).toEqual(['cursor', 'kiro', 'lm-studio', 'vscode']);
});

test('[SU12] commands are written for bash, PowerShell and cmd, with names that have spaces and quotes', () => {
  const claude = clientKinds.find(({ id }) => id === 'claude-code');
  const ofShell = (shell: string) =>
    claude && snippets(claude).find((one) => one.shell === shell && one.way === 'connect')?.text;
  expect(ofShell('sh')).toBe(
    `claude mcp add --scope user signalbox -- '/opt/my node/node' /data/connect.mjs --as 'ada'\\''s agent' --role viewer --workspace docs`,
  );
  expect(ofShell('powershell')).toBe(
    `claude mcp add --scope user signalbox '--' '/opt/my node/node' /data/connect.mjs '--as' 'ada''s agent' '--role' viewer '--workspace' docs`,
  );
  expect(ofShell('cmd')).toContain(`"/opt/my node/node" /data/connect.mjs --as "ada's agent"`);
  expect(quotes.powershell('@x')).toBe("'@x'");
  const http = claude && snippets(claude).find((one) => one.shell === 'sh' && one.way === 'http')?.text;
  expect(http).toContain(`--header 'Authorization: Bearer \${SIGNALBOX_KEY}'`);
});

test('[SU13] a program is looked for in the folders of PATH, and nowhere that a path does not begin at the root', () => {
  expect(programOnPath('node', { ...linux, env: { PATH: `.:bin:/nowhere` } })).toBeUndefined();
  expect(programOnPath('sh', { ...linux, env: { PATH: '/nowhere:/bin' } })).toBe('/bin/sh');
});

test('[SU14] a client counts as seen by the key of its name, else by what it calls itself', () => {
  const key = (id: string, name: string, more: Partial<KeyState> = {}): KeyState => ({
    id,
    name,
    secretSha256: '',
    createdAt: 0,
    ...more,
  });
  const session = (keyId: string, name: string, status: SessionState['status'] = 'ready') =>
    ({
      keyId,
      status,
      client: { name, version: '1', protocolVersion: '', capabilities: [] },
    }) as unknown as SessionState;
  const codex = { names: ['codex'] };
  const own = key('key_1', 'codex');
  expect(clientSeen(codex, 'codex', { keys: [own], sessions: [session('key_1', 'anything')] }).kind).toBe('now');
  expect(clientSeen(codex, 'codex', { keys: [own], sessions: [session('key_2', 'codex-mcp-client')] }).kind).toBe(
    'never',
  );
  expect(clientSeen(codex, undefined, { keys: [], sessions: [session('key_2', 'Codex-MCP-Client')] }).kind).toBe('now');
  expect(clientSeen(codex, undefined, { keys: [], sessions: [session('key_2', 'codex', 'dropped')] }).kind).toBe(
    'never',
  );
  const used = key('key_1', 'codex', { lastUse: { at: 7, from: '127.0.0.1' } });
  expect(clientSeen(codex, 'codex', { keys: [used], sessions: [] })).toEqual({ kind: 'before', at: 7 });
});
