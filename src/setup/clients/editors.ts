import { bearerIn, KEY_VARIABLE, MCP_SERVERS, plainStdio, SERVER_NAME, type ClientKind } from '../client.ts';
import { inAppData, inConfig, inHome, type Machine } from '../machine.ts';

const inCode = (machine: Machine, ...parts: readonly string[]): string => inAppData(machine, 'Code', 'User', ...parts);
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

/** Editors with agents in them. */
export const editors: readonly ClientKind[] = [
  {
    id: 'cursor',
    label: 'Cursor',
    group: 'editor',
    names: ['cursor'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    traces: (machine) => [inHome(machine, '.cursor')],
    program: 'cursor',
    stdio: plainStdio,
    http: (url) => ({ url, headers: bearerIn(`\${env:${KEY_VARIABLE}}`) }),
    allow: {
      how: 'It asks for each tool; Settings → Agents → Auto-run, or "Always allow" in its question, ends that.',
    },
    link: (command) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${SERVER_NAME}&config=${encodeURIComponent(base64(plainStdio(command)))}`,
  },
  {
    id: 'vscode',
    label: 'VS Code',
    group: 'editor',
    names: ['visual studio code', 'vscode'],
    place: { format: 'json', at: ['servers'], shape: 'map' },
    file: (machine) => inCode(machine, 'mcp.json'),
    traces: (machine) => [inCode(machine)],
    program: 'code',
    stdio: (command) => ({ type: 'stdio', ...plainStdio(command) }),
    http: (url) => ({ type: 'http', url, headers: bearerIn('${input:signalbox-key}') }),
    httpBeside: {
      inputs: [{ type: 'promptString', id: 'signalbox-key', description: 'Signalbox key', password: true }],
    },
    allow: { how: 'It asks for each tool; "Always allow tools of this server" in its question ends that.' },
    link: (command) =>
      `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: SERVER_NAME, type: 'stdio', ...plainStdio(command) }))}`,
  },
  {
    id: 'windsurf',
    label: 'Windsurf (Devin Desktop)',
    group: 'editor',
    names: ['windsurf', 'devin', 'cascade'],
    place: MCP_SERVERS,
    // Since its new name it has a new place; what is older reads the old one only.
    file: (machine) => inConfig(machine, 'devin', 'mcp_config.json'),
    traces: (machine) => [inConfig(machine, 'devin')],
    program: 'devin',
    stdio: plainStdio,
    http: (url) => ({ url, headers: bearerIn(`\${env:${KEY_VARIABLE}}`) }),
    allow: { how: 'It asks for each tool; allow all of Signalbox for good in its question.' },
  },
  {
    id: 'windsurf-before',
    label: 'Windsurf (before Devin)',
    group: 'editor',
    names: ['windsurf'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.codeium', 'windsurf', 'mcp_config.json'),
    traces: (machine) => [inHome(machine, '.codeium', 'windsurf')],
    program: 'windsurf',
    stdio: plainStdio,
    http: (url) => ({ serverUrl: url, headers: bearerIn(`\${env:${KEY_VARIABLE}}`) }),
    allow: { how: 'It asks for each tool; allow it in its question.' },
  },
  {
    id: 'zed',
    label: 'Zed',
    group: 'editor',
    names: ['zed'],
    place: { format: 'json', at: ['context_servers'], shape: 'map' },
    file: (machine) => inZed(machine, 'settings.json'),
    traces: (machine) => [inZed(machine)],
    program: 'zed',
    stdio: (command) => ({ source: 'custom', ...plainStdio(command), env: {} }),
    allow: {
      how: 'It asks for each tool; "Always allow" in its question, or "agent": {"tool_permissions": {"default": "allow"}} in its settings, ends that.',
    },
  },
  {
    id: 'cline',
    label: 'Cline (in VS Code)',
    group: 'editor',
    names: ['cline', '@cline'],
    place: MCP_SERVERS,
    file: (machine) =>
      inCode(machine, 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json'),
    traces: (machine) => [inCode(machine, 'globalStorage', 'saoudrizwan.claude-dev')],
    stdio: (command) => ({ type: 'stdio', ...plainStdio(command), disabled: false }),
    allow: { how: 'It asks for each tool; Auto-approve → Use MCP servers, and the tick at each tool, end that.' },
  },
  {
    id: 'kiro',
    label: 'Kiro',
    group: 'editor',
    names: ['kiro', 'q-dev'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.kiro', 'settings', 'mcp.json'),
    traces: (machine) => [inHome(machine, '.kiro')],
    program: 'kiro',
    stdio: (command) => ({ ...plainStdio(command), disabled: false }),
    http: (url) => ({ url, headers: bearerIn(`\${${KEY_VARIABLE}}`), disabled: false }),
    allow: {
      how: 'It asks for each tool; "autoApprove": ["*"] in the entry allows all of Signalbox.',
      entry: { autoApprove: ['*'] },
    },
    link: (command) =>
      `kiro://kiro.mcp/add?name=${SERVER_NAME}&config=${encodeURIComponent(JSON.stringify({ ...plainStdio(command), disabled: false }))}`,
  },
  {
    id: 'junie',
    label: 'Junie',
    group: 'editor',
    names: ['junie', 'jetbrains'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.junie', 'mcp', 'mcp.json'),
    traces: (machine) => [inHome(machine, '.junie')],
    program: 'junie',
    stdio: plainStdio,
    allow: { how: 'It asks for each tool; Settings → Tools → Junie → Action Allowlist ends that.' },
  },
];

function inZed(machine: Machine, ...parts: readonly string[]): string {
  if (machine.platform === 'win32') return inAppData(machine, 'Zed', ...parts);
  return machine.platform === 'darwin'
    ? inHome(machine, '.config', 'zed', ...parts)
    : inConfig(machine, 'zed', ...parts);
}
