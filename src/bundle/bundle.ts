/** `npm run bundle`: what clients install to connect, around `connect.mjs`, into `out/bundle`. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ensureBuilt } from '../cli/launch/ensure-built.mjs';
import { makeClaudePlugin } from './claude-plugin.ts';
import { makeDesktopExtension } from './desktop-extension.ts';

const root = path.resolve(import.meta.dirname, '../..');
const outDir = path.resolve(process.argv[2] ?? path.join(root, 'out/bundle'));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

await ensureBuilt(root, ['cli'], say);
const connect = path.join(root, 'out/cli/connect.mjs');
const icon = path.join(root, 'assets/icon.png');
await mkdir(outDir, { recursive: true });
say(`For Claude Desktop and others that install MCP bundles: ${await makeDesktopExtension(connect, icon, outDir)}`);
say(`For Claude Code (claude --plugin-dir …): ${await makeClaudePlugin(connect, icon, outDir)}`);
