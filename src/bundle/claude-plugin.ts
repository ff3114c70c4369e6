import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PRODUCT_VERSION } from '../protocol/version.ts';

const texts = path.join(import.meta.dirname, 'claude-plugin');

const plugin = {
  name: 'signalbox',
  version: PRODUCT_VERSION,
  description: 'A workspace that agents share: files, locks and jobs, with you watching.',
  author: { name: 'Signalbox' },
  license: 'MIT',
  keywords: ['agents', 'files', 'locks', 'jobs'],
};

const servers = {
  mcpServers: {
    signalbox: { command: 'node', args: ['${CLAUDE_PLUGIN_ROOT}/connect.mjs', '--as', 'claude-code'] },
  },
};

/**
 * Makes the plugin folder for Claude Code: its MCP server, a skill that says how to work in a workspace, and hooks
 * that say at each prompt what is new there.
 *
 * @param connect the built `connect.mjs`
 * @param icon a square PNG
 * @returns its path
 */
export async function makeClaudePlugin(connect: string, icon: string, outDir: string): Promise<string> {
  const folder = path.join(outDir, 'claude-code-plugin');
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, '.claude-plugin'), { recursive: true });
  await cp(texts, folder, { recursive: true });
  await copyFile(connect, path.join(folder, 'connect.mjs'));
  await copyFile(icon, path.join(folder, '.claude-plugin/icon.png'));
  await writeFile(path.join(folder, '.claude-plugin/plugin.json'), `${JSON.stringify(plugin, null, 2)}\n`);
  await writeFile(path.join(folder, '.mcp.json'), `${JSON.stringify(servers, null, 2)}\n`);
  return folder;
}
