import type { Tool } from '@modelcontextprotocol/server';

/** What nearly every piece of work begins with; the others are found by a search. */
const ALWAYS: ReadonlySet<string> = new Set([
  'whoami',
  'workspace_get',
  'event_wait',
  'file_read',
  'file_write',
  'lock_acquire',
  'lock_release',
]);

/** A tool for Claude Code, which keeps tools back until they are searched for unless their `_meta` asks otherwise. */
export function alwaysLoaded(tool: Tool): Tool {
  if (!ALWAYS.has(tool.name)) return tool;
  return { ...tool, _meta: { ...tool._meta, 'anthropic/alwaysLoad': true } };
}
