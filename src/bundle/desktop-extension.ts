import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packExtension, validateManifest } from '@anthropic-ai/mcpb';
import { PRODUCT_VERSION } from '../protocol/version.ts';

/** What clients that install MCP bundles read (MCPB, manifest 0.3): a server of one file, which finds the hub by itself. */
export const manifest = {
  manifest_version: '0.3',
  name: 'signalbox',
  display_name: 'Signalbox',
  version: PRODUCT_VERSION,
  description: 'A workspace that agents share: files, locks and jobs, with you watching.',
  long_description:
    'Connects to the Signalbox that runs on this machine, and gets a key of its own there: no address and no secret is needed. While Signalbox does not run, calls say so; they work again as soon as it does.',
  author: { name: 'Signalbox' },
  license: 'MIT',
  icon: 'icon.png',
  keywords: ['agents', 'files', 'locks', 'jobs'],
  server: {
    type: 'node',
    entry_point: 'server/connect.mjs',
    mcp_config: {
      command: 'node',
      args: ['${__dirname}/server/connect.mjs', '--as', '${user_config.name}'],
      env: {},
    },
  },
  tools_generated: true,
  prompts_generated: true,
  compatibility: { platforms: ['darwin', 'linux', 'win32'], runtimes: { node: '>=20.0.0' } },
  user_config: {
    name: {
      type: 'string',
      title: 'Name',
      description: 'How this client is called on the desk, and its key.',
      default: 'Claude Desktop',
      required: true,
    },
  },
} as const;

/**
 * Makes `signalbox.mcpb`.
 *
 * @param connect the built `connect.mjs`
 * @param icon a PNG
 * @returns its path
 * @throws Error where the manifest is not as its specification wants it
 */
export async function makeDesktopExtension(connect: string, icon: string, outDir: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'signalbox-mcpb-'));
  try {
    await mkdir(path.join(folder, 'server'));
    await copyFile(connect, path.join(folder, 'server/connect.mjs'));
    await copyFile(icon, path.join(folder, 'icon.png'));
    const file = path.join(folder, 'manifest.json');
    await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
    if (!validateManifest(file)) throw new Error('The manifest of signalbox.mcpb is not valid (why is said above).');
    const outputPath = path.join(outDir, 'signalbox.mcpb');
    await rm(outputPath, { force: true });
    const isPacked = await packExtension({ extensionPath: folder, outputPath, silent: true });
    if (!isPacked) throw new Error('signalbox.mcpb could not be packed (why is said above).');
    return outputPath;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
