import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HubProcess, runCli } from '../support/hub-process.ts';
import { needsGo } from '../support/needs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

let dataDir: string;
let scripts: string;
let hub: HubProcess;
let key: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-readme-'));
  // Inside the project, so that the examples' imports resolve as a reader's would.
  scripts = join(root, 'node_modules/.cache/signalbox/readme-examples');
  mkdirSync(scripts, { recursive: true });
  hub = await HubProcess.start(dataDir);
  key = String(hub.announced.firstKey);
});

afterAll(async () => {
  await hub.stop();
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(scripts, { recursive: true, force: true });
});

/** The code block behind `<!-- example: NAME -->`. */
function example(name: string): string {
  const code = new RegExp(`<!-- example: ${name} -->\\s*\`\`\`\\w+\\n([^]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`README has no example "${name}"`);
  return code;
}

/** The same text with the address of the hub that this test started. */
function atOurHub(text: string): string {
  return text.replaceAll('http://127.0.0.1:7337', hub.announced.url);
}

async function run(command: string, args: readonly string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawn(command, args, {
    env: { ...process.env, SIGNALBOX_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, lines };
}

test.each([
  ['sse', '2025-11-25'],
  ['mcp', '2026-07-28'],
])('[RM1] the README’s client example "%s" runs as written and speaks %s', async (name, protocolVersion) => {
  const script = join(scripts, `${name}.mjs`);
  const shown = `
const { structuredContent } = await client.callTool({ name: "whoami", arguments: {} });
console.log(JSON.stringify(structuredContent));
await client.close();
`;
  writeFileSync(script, atOurHub(example(name)) + shown);
  const { code, lines } = await run(process.execPath, [script]);
  expect(code).toBe(0);
  expect(JSON.parse(String(lines[0]))).toMatchObject({ protocol_version: protocolVersion });
});

test('[RM2] curl -N sees the first frame of the stream at once', async () => {
  const command = /^curl -N .*$/m.exec(readme)?.[0];
  const child = spawn('sh', ['-c', atOurHub(String(command))], {
    env: { ...process.env, SIGNALBOX_KEY: key },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const seen = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (/event: endpoint\ndata: .*\n/.test(text)) resolve(text);
    });
    child.once('close', () => resolve(text));
  });
  child.kill();
  expect(seen).toMatch(/event: endpoint\ndata: \/messages\?sessionId=/);
});

test('[RM3] the Python client reads the stream frame by frame and is notified of a file', async () => {
  const child = spawn('python3', [join(root, 'test/support/plain-clients/sse_client.py'), hub.announced.sse, '1'], {
    env: { ...process.env, SIGNALBOX_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: { what: string; [fact: string]: unknown }[] = [];
  const subscribed = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    const fact = JSON.parse(line) as { what: string };
    said.push(fact);
    if (fact.what === 'subscribed') subscribed.resolve();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await Promise.race([subscribed.promise, ended]);
  const upload = await fetch(new URL('/uploads', hub.announced.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'tus-resumable': '1.0.0',
      'upload-length': '5',
      'upload-metadata': `workspace ${btoa('default')},path ${btoa('notified.txt')}`,
    },
  });
  expect(upload.status).toBe(201);
  expect(await ended).toBe(0);
  expect(said.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['endpoint', 'initialized', 'workspace', 'subscribed', 'event']),
  );
  expect(said.at(-1)).toMatchObject({ what: 'event', type: 'upload.started', path: 'notified.txt' });
});

test('[RM5] the Go client prints the stream’s messages and not its comments', needsGo(), async () => {
  const program = join(scripts, 'sse_client');
  const built = spawnSync('go', ['build', '-o', program, join(root, 'test/support/plain-clients/sse_client.go')]);
  expect(built.status, String(built.stderr)).toBe(0);
  const child = spawn(program, [hub.announced.sse], {
    env: { ...process.env, SIGNALBOX_KEY: key },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.includes('"tools":[')) child.kill();
  }
  expect(lines[0]).toMatch(/^endpoint +\/messages\?sessionId=/u);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines.slice(1)) expect(line).toMatch(/^message +\{"jsonrpc":.*\}$/u);
});

test('[RM4] every command that the README names is one that the command line knows', async () => {
  const commands = [...readme.matchAll(/signalbox (serve|agent|keys \w+|audit \w+)/g)].map(([, command]) =>
    String(command),
  );
  expect(new Set(commands).size).toBeGreaterThan(4);
  for (const command of new Set(commands)) {
    const { code, stdout } = await runCli([...command.split(' '), '--help']);
    expect(code, command).toBe(0);
    expect(stdout).toContain(command.split(' ').at(-1));
  }
});

test('[RM6] the README has at most 2,000 words, code included', () => {
  const words = readme.match(/\S*[\p{L}\p{N}]\S*/gu) ?? [];
  expect(words.length).toBeGreaterThan(1_000);
  expect(words.length, 'words of the README: shorten something else').toBeLessThanOrEqual(2_000);
});

test('[RM9] the table of clients has the pinned version of each, and its first line is in the README', () => {
  const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, table = ''] = /^### Interop\n[^]*?\n(\| client [^]*?)\n\n/mu.exec(guide) ?? [];
  const lines = table.split('\n').slice(2);
  const folder = join(root, 'test/interop');
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const python = /^mcp==(.+)$/mu.exec(readFileSync(join(folder, 'requirements.txt'), 'utf8'))?.[1];
  const clients = globSync('*.mjs', { cwd: join(folder, 'clients') }).map((file) => {
    const name = /^export const name = '(.+)';$/mu.exec(readFileSync(join(folder, 'clients', file), 'utf8'))?.[1];
    return `${String(name)} ${String(dependencies[String(name)] ?? python)}`;
  });
  const cellsOf = (line: string): readonly string[] => line.split('|').map((cell) => cell.trim());
  expect(lines.map((line) => cellsOf(line)[1] ?? '').sort()).toEqual(clients.sort());
  const words = (line = ''): string => line.replaceAll(/ +/gu, ' ');
  expect(readme.split('\n').map(words)).toContain(words(lines[0]));
});

test('[RM7] the README lists every tool and every prompt of a hub, and no other', async () => {
  const section = /^## What agents can do\n([^]*?)^## /mu.exec(readme)?.[1] ?? '';
  const listed = [...section.matchAll(/`([a-z]+(?:_[a-z]+)*)`/gu)].map(([, name]) => String(name));
  const made = await runCli([
    ...['keys', 'create', 'reader', '--role', 'owner', '--tools', 'all', '--json'],
    ...['--url', hub.announced.url, '--admin-token', hub.announced.adminToken],
  ]);
  const { secret } = JSON.parse(made.stdout) as { secret: string };
  const client = new Client({ name: 'reader', version: '1.0.0' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(hub.announced.mcp), {
      requestInit: { headers: { Authorization: `Bearer ${secret}` } },
    }),
  );
  const { tools } = await client.listTools();
  const { prompts } = await client.listPrompts();
  await client.close();
  expect(listed.toSorted(), 'what “What agents can do” in README.md names').toEqual(
    [...tools, ...prompts].map(({ name }) => name).toSorted(),
  );
});

test.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md'])('[RM8] the paths and rules that %s names exist', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const paths = [
    ...text.matchAll(/\]\((?!https?:|#)([^)#]+)/gu),
    ...text.matchAll(/(?<=[\s`(])((?:src|test|electron|assets|\.oxlint)\/[\w./-]*[\w/])/gu),
  ].map(([, path]) => String(path));
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  const spec = readFileSync(join(root, 'test/SPEC.md'), 'utf8');
  const known = new Set(spec.match(/\b[A-Z]{1,2}\d+\b/gu));
  const prefixes = new Set([...known].map((id) => id.replace(/\d+/u, '')));
  const cited = (text.match(/\b[A-Z]{1,2}\d+\b/gu) ?? []).filter((id) => prefixes.has(id.replace(/\d+/u, '')));
  expect(cited.filter((id) => !known.has(id))).toEqual([]);
});
