import {
  bearerIn,
  KEY_VARIABLE,
  MCP_SERVERS,
  plainStdio,
  SERVER_NAME,
  type ClientKind,
  type Quote,
} from '../client.ts';
import { inAppData, inConfig, inHome, pathsOf, type Machine } from '../machine.ts';

const joined = (machine: Machine, ...parts: readonly string[]): string => pathsOf(machine).join(...parts);
/** PowerShell keeps a `--` for itself where the program is one of its own scripts, unless it is quoted. */
const rest = (quote: Quote): string => quote('--');

/** Agents that run in a terminal. */
export const terminals: readonly ClientKind[] = [
  {
    id: 'claude-code',
    label: 'Claude Code',
    group: 'terminal',
    names: ['claude-code'],
    place: MCP_SERVERS,
    file: (machine) => joined(machine, machine.env['CLAUDE_CONFIG_DIR'] || machine.home, '.claude.json'),
    traces: (machine) => [
      machine.env['CLAUDE_CONFIG_DIR'] || inHome(machine, '.claude'),
      inHome(machine, '.claude.json'),
    ],
    program: 'claude',
    stdio: (command) => ({ type: 'stdio', ...plainStdio(command), env: {} }),
    http: (url) => ({ type: 'http', url, headers: bearerIn(`\${${KEY_VARIABLE}}`) }),
    allow: {
      how: 'It asks for each tool. To allow all of Signalbox: in ~/.claude/settings.json, {"permissions": {"allow": ["mcp__signalbox"]}}; for claude -p: --allowedTools mcp__signalbox.',
    },
    addConnect: ({ command, args }, quote) =>
      `claude mcp add --scope user ${SERVER_NAME} ${rest(quote)} ${[command, ...args].map(quote).join(' ')}`,
    addHttp: (url, quote) =>
      `claude mcp add --scope user --transport http ${SERVER_NAME} ${url} --header ${quote(`Authorization: Bearer \${${KEY_VARIABLE}}`)}`,
  },
  {
    id: 'codex',
    label: 'Codex',
    group: 'terminal',
    names: ['codex'],
    place: { format: 'toml', at: ['mcp_servers'], shape: 'map' },
    file: (machine) => joined(machine, machine.env['CODEX_HOME'] || inHome(machine, '.codex'), 'config.toml'),
    traces: (machine) => [machine.env['CODEX_HOME'] || inHome(machine, '.codex')],
    program: 'codex',
    stdio: plainStdio,
    http: (url) => ({ url, bearer_token_env_var: KEY_VARIABLE }),
    allow: {
      how: 'It asks for tools that remove something, and codex exec refuses those. default_tools_approval_mode = "approve" in the entry allows all of Signalbox.',
      entry: { default_tools_approval_mode: 'approve' },
    },
    addConnect: ({ command, args }, quote) =>
      `codex mcp add ${SERVER_NAME} ${rest(quote)} ${[command, ...args].map(quote).join(' ')}`,
    addHttp: (url) => `codex mcp add ${SERVER_NAME} --url ${url} --bearer-token-env-var ${KEY_VARIABLE}`,
  },
  {
    id: 'gemini-cli',
    label: 'Gemini CLI',
    group: 'terminal',
    names: ['gemini-cli'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.gemini', 'settings.json'),
    traces: (machine) => [inHome(machine, '.gemini', 'settings.json')],
    program: 'gemini',
    stdio: plainStdio,
    http: (url) => ({ httpUrl: url, headers: bearerIn(`$${KEY_VARIABLE}`) }),
    allow: {
      how: 'It asks for each tool; "trust": true in the entry allows all of Signalbox. It connects only in a folder that you trust.',
      entry: { trust: true },
    },
    addHttp: (url, quote) =>
      `gemini mcp add --scope user --transport http --header ${quote(`Authorization: Bearer $${KEY_VARIABLE}`)} ${SERVER_NAME} ${url}`,
  },
  {
    id: 'opencode',
    label: 'OpenCode',
    group: 'terminal',
    names: ['opencode'],
    place: {
      format: 'json',
      at: ['mcp'],
      shape: 'map',
      seed: '{\n  "$schema": "https://opencode.ai/config.json"\n}\n',
    },
    file: (machine) => machine.env['OPENCODE_CONFIG'] || inOpencode(machine, 'opencode.json'),
    otherFile: (machine) => inOpencode(machine, 'opencode.jsonc'),
    traces: (machine) => [inOpencode(machine)],
    program: 'opencode',
    stdio: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
    // Without `oauth: false`: where its key is refused it then shows what the hub says to who would log in.
    http: (url) => ({ type: 'remote', url, headers: bearerIn(`{env:${KEY_VARIABLE}}`), enabled: true }),
    allow: { how: 'It uses the tools unasked, unless its "permission" settings say otherwise.' },
  },
  {
    id: 'copilot-cli',
    label: 'Copilot CLI',
    group: 'terminal',
    names: ['github-copilot', 'copilot'],
    place: MCP_SERVERS,
    file: (machine) => joined(machine, inCopilot(machine), 'mcp-config.json'),
    traces: (machine) => [inCopilot(machine)],
    program: 'copilot',
    stdio: (command) => ({ type: 'local', ...plainStdio(command), tools: ['*'] }),
    allow: { how: 'It asks for each tool. To allow all of Signalbox, start it with --allow-tool signalbox.' },
    addConnect: ({ command, args }, quote) =>
      `copilot mcp add ${SERVER_NAME} ${rest(quote)} ${[command, ...args].map(quote).join(' ')}`,
  },
  {
    id: 'qwen-code',
    label: 'Qwen Code',
    group: 'terminal',
    names: ['qwen'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.qwen', 'settings.json'),
    traces: (machine) => [inHome(machine, '.qwen')],
    program: 'qwen',
    stdio: plainStdio,
    http: (url) => ({ httpUrl: url, headers: bearerIn(`$${KEY_VARIABLE}`) }),
    allow: {
      how: 'It asks for each tool; "trust": true in the entry allows all of Signalbox.',
      entry: { trust: true },
    },
    addHttp: (url, quote) =>
      `qwen mcp add --scope user --transport http --header ${quote(`Authorization: Bearer $${KEY_VARIABLE}`)} ${SERVER_NAME} ${url}`,
  },
  {
    id: 'goose',
    label: 'Goose',
    group: 'terminal',
    names: ['goose'],
    place: { format: 'yaml', at: ['extensions'], shape: 'map' },
    file: (machine) => inGoose(machine, 'config.yaml'),
    traces: (machine) => [inGoose(machine)],
    program: 'goose',
    stdio: ({ command, args }) => ({
      enabled: true,
      type: 'stdio',
      name: SERVER_NAME,
      description: 'A workspace that agents share',
      cmd: command,
      args: [...args],
      envs: {},
      env_keys: [],
      timeout: 300,
    }),
    http: (url) => ({
      enabled: true,
      type: 'streamable_http',
      name: SERVER_NAME,
      description: 'A workspace that agents share',
      uri: url,
      headers: bearerIn(`\${${KEY_VARIABLE}}`),
      envs: {},
      env_keys: [KEY_VARIABLE],
      timeout: 300,
    }),
    allow: {
      how: 'In its mode "auto" (GOOSE_MODE) it uses the tools unasked; in "approve" and "smart_approve" it asks.',
    },
  },
  {
    id: 'cline-cli',
    label: 'Cline CLI',
    group: 'terminal',
    names: ['@cline', 'cline'],
    place: MCP_SERVERS,
    file: (machine) => inCline(machine, 'data', 'settings', 'cline_mcp_settings.json'),
    traces: (machine) => [inCline(machine)],
    program: 'cline',
    stdio: (command) => ({ type: 'stdio', ...plainStdio(command), disabled: false }),
    allow: { how: 'With --auto-approve true, its default without a terminal, it uses the tools unasked.' },
  },
  {
    id: 'continue',
    label: 'Continue',
    group: 'terminal',
    names: ['continue'],
    place: {
      format: 'yaml',
      at: ['mcpServers'],
      shape: 'list',
      seed: 'name: Local Config\nversion: 1.0.0\nschema: v1\n',
    },
    file: (machine) => inHome(machine, '.continue', 'config.yaml'),
    traces: (machine) => [inHome(machine, '.continue')],
    program: 'cn',
    stdio: (command) => ({ name: SERVER_NAME, type: 'stdio', ...plainStdio(command) }),
    http: (url) => ({
      name: SERVER_NAME,
      type: 'streamable-http',
      url,
      requestOptions: { headers: bearerIn(`\${{ secrets.${KEY_VARIABLE} }}`) },
    }),
    allow: {
      how: 'It asks for each tool; cn --auto allows all, and so does "Automatic" beside the tool in its settings.',
    },
  },
];

function inOpencode(machine: Machine, ...parts: readonly string[]): string {
  // On Windows too it is ~/.config.
  return machine.platform === 'win32'
    ? inHome(machine, '.config', 'opencode', ...parts)
    : inConfig(machine, 'opencode', ...parts);
}

function inCopilot(machine: Machine): string {
  return machine.env['COPILOT_HOME'] || machine.env['XDG_CONFIG_HOME'] || inHome(machine, '.copilot');
}

function inGoose(machine: Machine, ...parts: readonly string[]): string {
  return machine.platform === 'win32'
    ? inAppData(machine, 'Block', 'goose', 'config', ...parts)
    : inConfig(machine, 'goose', ...parts);
}

function inCline(machine: Machine, ...parts: readonly string[]): string {
  return joined(machine, machine.env['CLINE_DIR'] || inHome(machine, '.cline'), ...parts);
}
