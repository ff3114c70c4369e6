import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unpackExtension, validateManifest } from '@anthropic-ai/mcpb';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { manifest } from '../../src/bundle/desktop-extension.ts';
import { plainEnv } from '../support/connect-process.ts';
import { human } from '../support/open-hub.ts';
import { startTestHub, type TestServer } from '../support/start-test-hub.ts';

const root = path.resolve(import.meta.dirname, '../..');
let folder = '';
let world: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signalbox-bundle-'));
  world = await startTestHub();
  await promisify(execFile)(process.execPath, [path.join(root, 'src/bundle/bundle.ts'), folder]);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a client gets from a server that it starts as the plugin or the bundle says. */
async function withServer<T>(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  use: (client: Client) => Promise<T>,
  dataDir = world.dataDir,
): Promise<T> {
  const client = new Client({ name: 'installer', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: command === 'node' ? process.execPath : command,
      args: [...args],
      env: plainEnv({ SIGNALBOX_DATA_DIR: dataDir }),
      stderr: 'ignore',
    }),
  );
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The tools that a server offers which is started as a client would start it. */
function toolsOf(command: string, args: readonly string[]): Promise<string[]> {
  return withServer({ command, args }, async (client) => (await client.listTools()).tools.map(({ name }) => name));
}

/** The server of the plugin, with its folder filled in. */
async function pluginServer(plugin: string): Promise<{ command: string; args: string[] }> {
  const { mcpServers } = JSON.parse(await readFile(path.join(plugin, '.mcp.json'), 'utf8')) as {
    mcpServers: { signalbox: { command: string; args: string[] } };
  };
  const { command, args } = mcpServers.signalbox;
  return { command, args: args.map((arg) => arg.replace('${CLAUDE_PLUGIN_ROOT}', plugin)) };
}

test('[BN1] signalbox.mcpb is valid by the validation of its makers, and its server serves', async () => {
  const unpacked = path.join(folder, 'unpacked');
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  expect(
    await unpackExtension({ mcpbPath: path.join(folder, 'signalbox.mcpb'), outputDir: unpacked, silent: true }),
  ).toBe(true);
  expect(validateManifest(path.join(unpacked, 'manifest.json'))).toBe(true);
  const broken = path.join(folder, 'broken.json');
  const { server: _server, ...rest } = manifest;
  await writeFile(broken, JSON.stringify(rest));
  const wrong = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(validateManifest(broken)).toBe(false);
  said.mockRestore();
  wrong.mockRestore();

  const { server, user_config: config } = JSON.parse(
    await readFile(path.join(unpacked, 'manifest.json'), 'utf8'),
  ) as typeof manifest;
  expect((await stat(path.join(unpacked, server.entry_point))).isFile()).toBe(true);
  const filled = server.mcp_config.args.map((arg) =>
    arg.replace('${__dirname}', unpacked).replace('${user_config.name}', config.name.default),
  );
  expect(await toolsOf(server.mcp_config.command, filled)).toContain('whoami');
  expect([...world.server.hub.state.keys.values()].map(({ name }) => name)).toContain('Claude Desktop');
});

test('[BN2] the plugin for Claude Code has a server that serves, and a skill with a name and what it is for', async () => {
  const plugin = path.join(folder, 'claude-code-plugin');
  const { command, args } = await pluginServer(plugin);
  const tools = await toolsOf(command, args);
  expect([...world.server.hub.state.keys.values()].map(({ name }) => name)).toContain('claude-code');
  const described = JSON.parse(await readFile(path.join(plugin, '.claude-plugin/plugin.json'), 'utf8')) as object;
  expect(described).toMatchObject({ name: 'signalbox', version: manifest.version });
  const skill = await readFile(path.join(plugin, 'skills/signalbox/SKILL.md'), 'utf8');
  expect(skill).toMatch(/^---\nname: signalbox\ndescription: .{50,1024}\n---\n/u);
  // It names tools that the key has.
  const named = [...skill.matchAll(/`([a-z]+_[a-z]+)`/gu)].map(([, name = '']) => name);
  const others = new Set(['if_version', 'lock_token', 'wait_ms', 'job_id', 'hub_away']);
  expect(named.filter((name) => !others.has(name) && !tools.includes(name))).toEqual([]);
});

test('[BN4] the hooks of the plugin say who is there and what is new, once, and nothing while the hub is away', async () => {
  const plugin = path.join(folder, 'claude-code-plugin');
  const { hooks } = JSON.parse(await readFile(path.join(plugin, 'hooks/hooks.json'), 'utf8')) as {
    hooks: Record<string, readonly { hooks: readonly Hook[] }[]>;
  };
  const hookOf = (event: string): Hook => {
    const hook = hooks[event]?.[0]?.hooks[0];
    if (!hook) throw new Error(`There is no hook for ${event}.`);
    expect([hook.type, hook.command]).toEqual(['command', 'node']);
    expect(hook.timeout).toBeLessThanOrEqual(3);
    return hook;
  };
  const says = async (event: string, dataDir = world.dataDir): Promise<string> => {
    const args = hookOf(event).args.map((arg) => arg.replace('${CLAUDE_PLUGIN_ROOT}', plugin));
    const env = plainEnv({ SIGNALBOX_DATA_DIR: dataDir });
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    expect(stderr).toBe('');
    return stdout;
  };
  await withServer(await pluginServer(plugin), async (client) => {
    await client.callTool({ name: 'whoami', arguments: {} });
    expect(await says('UserPromptSubmit')).toBe('');
    await dropped('inbox/report.md');
    expect(await says('UserPromptSubmit')).toMatch(/^Signalbox: New since your last call:\n.*"inbox\/report\.md"/u);
    expect(await says('UserPromptSubmit')).toBe('');
    // It was told: no result says it again.
    expect(JSON.stringify(await client.callTool({ name: 'whoami', arguments: {} }))).not.toContain('report.md');
  });
  expect(await says('SessionStart')).toMatch(/^Signalbox: you share .+ Call whoami first\.\n$/u);
  for (const event of Object.keys(hooks)) expect(await says(event, path.join(folder, 'no-hub'))).toBe('');
});

/** A hook of Claude Code that starts a program. */
interface Hook {
  readonly type: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly timeout: number;
}

/** The person puts a file into the workspace. */
async function dropped(file: string): Promise<void> {
  const { hub, files } = world.server;
  const [workspace = ''] = hub.state.workspaces.keys();
  await files.write(human, { workspace, path: file, content: Buffer.from('# report'), source: 'upload' });
}

test('[BN3] nothing that is installed has a secret or a path of the machine that made it', async () => {
  for (const file of [
    '.mcp.json',
    '.claude-plugin/plugin.json',
    'skills/signalbox/SKILL.md',
    'hooks/hooks.json',
    'README.md',
  ]) {
    const text = await readFile(path.join(folder, 'claude-code-plugin', file), 'utf8');
    expect(text).not.toMatch(/sbx_/u);
    expect(text).not.toContain(root);
  }
  expect(JSON.stringify(manifest)).not.toMatch(/sbx_|Bearer/u);
  const code = await readFile(path.join(folder, 'claude-code-plugin/connect.mjs'), 'utf8');
  expect(code).not.toContain(root);
});
