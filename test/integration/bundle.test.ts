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

test('[BN4] the hooks of the plugin give what is new with each prompt, in no time, and stop nothing while the hub is away', async () => {
  const plugin = path.join(folder, 'claude-code-plugin');
  const { hooks } = JSON.parse(await readFile(path.join(plugin, 'hooks/hooks.json'), 'utf8')) as {
    hooks: Record<string, readonly { matcher?: string; hooks: readonly Hook[] }[]>;
  };
  const all = Object.values(hooks).flatMap((groups) => groups.flatMap((group) => group.hooks));
  expect(all.length).toBeGreaterThan(0);
  for (const { type, server, timeout, onFailure } of all) {
    expect([type, server, onFailure]).toEqual(['mcp_tool', 'plugin:signalbox:signalbox', 'continue']);
    expect(timeout).toBeLessThanOrEqual(3);
  }
  const server = await pluginServer(plugin);
  const given = await withServer(server, async (client) => {
    await client.callTool({ name: 'whoami', arguments: {} });
    await hubWrites('inbox/report.md');
    const answers: string[] = [];
    for (const { tool, input } of [...all, ...all])
      answers.push(JSON.stringify((await client.callTool({ name: tool, arguments: input })).content));
    return answers;
  });
  expect(given.filter((text) => text.includes('inbox/report.md'))).toHaveLength(1);
  expect(given.some((text) => text.includes('Nothing new concerns you.'))).toBe(true);
  expect(given.join('')).not.toContain('go on waiting');

  const empty = path.join(folder, 'no-hub');
  const started = performance.now();
  await withServer(
    server,
    async (client) => {
      for (const { tool, input } of all) {
        const answer = await client.callTool({ name: tool, arguments: input });
        expect([answer.isError, JSON.stringify(answer.content)]).toEqual([true, expect.stringContaining('hub_away')]);
      }
    },
    empty,
  );
  expect(performance.now() - started).toBeLessThan(20_000);
});

/** A hook of Claude Code that calls a tool of a server. */
interface Hook {
  readonly type: string;
  readonly server: string;
  readonly tool: string;
  readonly input: Record<string, unknown>;
  readonly timeout: number;
  readonly onFailure: string;
}

/** The person puts a file into the workspace. */
async function hubWrites(file: string): Promise<void> {
  const { hub, files } = world.server;
  const [workspace = ''] = hub.state.workspaces.keys();
  await files.write(human, { workspace, path: file, content: Buffer.from('# report'), source: 'upload' });
}

test('[BN3] nothing that is installed has a secret or a path of the machine that made it', async () => {
  for (const file of ['.mcp.json', '.claude-plugin/plugin.json', 'skills/signalbox/SKILL.md', 'hooks/hooks.json']) {
    const text = await readFile(path.join(folder, 'claude-code-plugin', file), 'utf8');
    expect(text).not.toMatch(/sbx_/u);
    expect(text).not.toContain(root);
  }
  expect(JSON.stringify(manifest)).not.toMatch(/sbx_|Bearer/u);
  const code = await readFile(path.join(folder, 'claude-code-plugin/connect.mjs'), 'utf8');
  expect(code).not.toContain(root);
});
