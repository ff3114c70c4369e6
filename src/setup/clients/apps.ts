import { MCP_SERVERS, plainStdio, SERVER_NAME, type ClientKind } from '../client.ts';
import { inAppData, inHome } from '../machine.ts';

/** Apps to talk with a model. */
export const apps: readonly ClientKind[] = [
  {
    id: 'claude-desktop',
    label: 'Claude Desktop',
    group: 'app',
    names: ['claude-ai', 'claude desktop'],
    place: MCP_SERVERS,
    file: (machine) => inAppData(machine, 'Claude', 'claude_desktop_config.json'),
    traces: (machine) => [inAppData(machine, 'Claude')],
    stdio: plainStdio,
    allow: {
      how: 'It asks for each tool; "Always allow" in its question ends that. It has to be started again after a change.',
    },
  },
  {
    id: 'lm-studio',
    label: 'LM Studio',
    group: 'app',
    names: ['lmstudio', 'lm studio', 'lm-studio'],
    place: MCP_SERVERS,
    file: (machine) => inHome(machine, '.lmstudio', 'mcp.json'),
    traces: (machine) => [inHome(machine, '.lmstudio')],
    program: 'lms',
    stdio: plainStdio,
    allow: { how: 'It asks for each tool; "Always allow" in its question ends that.' },
    link: (command) =>
      `lmstudio://add_mcp?name=${SERVER_NAME}&config=${encodeURIComponent(Buffer.from(JSON.stringify(plainStdio(command))).toString('base64'))}`,
  },
];
