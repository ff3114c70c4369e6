import { PRODUCT_VERSION } from '../../../protocol/version.ts';

/** The server, in answers to `initialize` and `server/discover`. */
export const serverInfo = {
  name: 'signalbox',
  title: 'Signalbox',
  version: PRODUCT_VERSION,
} as const;

/** Capabilities of every wire; each has the same tools, resources and prompts. */
export const serverCapabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true },
  prompts: {},
  completions: {},
  logging: {},
} as const;

/** Instructions for the agent's model, in answers to `initialize` and `server/discover`. */
export const serverInstructions = [
  'Signalbox is a shared workspace: files, uploads, locks and long jobs, used by several agents at once and watched by a person.',
  'Call whoami first, then workspace_get, and again after every reconnect: it gives the whole current state with its seq.',
  'When you have nothing else to do, call event_wait with for_me true: it answers when something concerns you, and says what to do. Each result also says what is new for you.',
  'Before you change a file that others use, take its lock with lock_acquire and pass lock_token to file_write.',
  'Programs subscribe to signalbox://workspaces/{id}/events instead, and are notified of every change.',
  'Errors carry a code and say what to do next. The tool guide, and the resource signalbox://guide, explain the rest.',
].join('\n');
