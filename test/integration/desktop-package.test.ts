import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';
import { WORKER_ENTRIES } from '../../src/hub/worker-url.ts';
import { RECORDER_THREAD } from '../../src/recorder/thread-url.ts';
import { startConnect } from '../support/connect-process.ts';
import { needsLinux } from '../support/needs.ts';

const root = path.resolve(import.meta.dirname, '../..');

interface Entry {
  readonly files?: Readonly<Record<string, Entry>> | undefined;
  readonly unpacked?: boolean | undefined;
}
const Entry: z.ZodType<Entry> = z.object({
  get files() {
    return z.record(z.string(), Entry).optional();
  },
  unpacked: z.boolean().optional(),
});

/**
 * The packager runs for real, on a stand-in for Electron's distribution: files where the real one has
 * them, the executable no more than the mark and the switches that fuses are set in.
 */
describe('the packaged desktop app', needsLinux, () => {
  let temporary = '';
  let unpacked: string;
  let archive: Map<string, { unpacked: boolean }>;

  beforeAll(async () => {
    await ensureBuilt(root, ['electron', 'dashboard', 'cli'], () => undefined);
    temporary = await mkdtemp(path.join(tmpdir(), 'signalbox-package-'));
    const dist = path.join(temporary, 'electron');
    await standInDistribution(dist);
    const output = path.join(temporary, 'packages');
    await promisify(execFile)(
      process.execPath,
      [
        path.join(root, 'node_modules/electron-builder/cli.js'),
        '--linux',
        'dir',
        '--publish=never',
        `-c.electronDist=${dist}`,
        `-c.directories.output=${output}`,
      ],
      { cwd: root },
    );
    unpacked = path.join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`);
    archive = await listArchive(path.join(unpacked, 'resources/app.asar'));
  });

  afterAll(() => (temporary === '' ? undefined : rm(temporary, { recursive: true, force: true })));

  test('[EL31] started with the word connect, the app is a client’s MCP server, without a window or a hub', async () => {
    const dataDir = path.join(temporary, 'data');
    await mkdir(dataDir);
    await using client = startConnect({
      dataDir,
      program: path.join(root, 'out/electron/main.js'),
      words: ['connect'],
      env: {
        NODE_OPTIONS: `--import ${path.join(root, 'test/support/electron-stand-in/register.mjs')}`,
        STAND_IN_USER_DATA: path.join(temporary, 'profile'),
      },
    });
    const { result } = await client.handshake({ name: 'raw' });
    expect(result).toHaveProperty('serverInfo.name', 'signalbox');
    expect(JSON.stringify(await client.call('whoami'))).toContain('hub_away');
    expect(await client.leave()).toBe(0);
  });

  test('[LN11] has every entry point in its archive', async () => {
    const { main } = z
      .object({ main: z.string() })
      .parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')));
    const entries = [
      main,
      'out/electron/preload.cjs',
      'out/cli/main.js',
      'out/dashboard/index.html',
      'package.json',
      ...[...WORKER_ENTRIES, RECORDER_THREAD].flatMap((name) => [
        `out/electron/workers/${name}.js`,
        `out/cli/workers/${name}.js`,
      ]),
    ];
    expect([...archive.keys()]).toEqual(expect.arrayContaining(entries));
  });

  test('[LN11] carries the build, the packages left out of it and nothing else', () => {
    const folders = [...archive.keys()].map(
      (file) => /^(out\/[^/]+|node_modules\/(?:@img|[^/]+))\//.exec(file)?.[1] ?? file,
    );
    expect([...new Set(folders)].toSorted()).toEqual([
      'node_modules/@img',
      'node_modules/detect-libc',
      'node_modules/semver',
      'node_modules/sharp',
      'out/cli',
      'out/dashboard',
      'out/electron',
      'package.json',
    ]);
    expect([...archive.keys()].filter((file) => file.startsWith('out/') && file.endsWith('.map'))).toEqual([]);
  });

  test('[LN11] finds all that its programs import in the archive, in Node or in Electron', async () => {
    for (const program of ['out/electron', 'out/cli']) {
      for (const file of await readdir(path.join(root, program), { recursive: true })) {
        if (!/\.c?js$/.test(file)) continue;
        const source = await readFile(path.join(root, program, file), 'utf8');
        for (const [, specifier = ''] of source.matchAll(/^import (?:[^'"]*? from )?"([^"]+)";?$/gm)) {
          const found = specifier.startsWith('.')
            ? archive.has(path.posix.join(program, path.posix.dirname(file), specifier))
            : isBuiltin(specifier) || specifier === 'electron' || archive.has(`node_modules/${specifier}/package.json`);
          expect(found, `${program}/${file} imports ${specifier}`).toBe(true);
        }
      }
    }
  });

  test('[LN11] keeps native code outside the archive, where it can be mapped', () => {
    const native = [...archive].filter(([file]) => /\.(node|so[.\d]*)$/.test(file));
    expect(native.length).toBeGreaterThan(0);
    for (const [file, entry] of native) expect(entry.unpacked, file).toBe(true);
    for (const [file, entry] of archive) if (file.startsWith('out/')) expect(entry.unpacked, file).toBe(false);
  });

  test('[LN11] is only itself: no Node mode, no options or inspector, code from the verified archive alone', async () => {
    const fuses = await getCurrentFuseWire(path.join(unpacked, 'signalbox-desktop'));
    const isOn = (fuse: FuseV1Options) => String.fromCharCode(Number(fuses[fuse])) === '1';
    expect({
      runAsNode: isOn(FuseV1Options.RunAsNode),
      cookieEncryption: isOn(FuseV1Options.EnableCookieEncryption),
      nodeOptions: isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      nodeInspect: isOn(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: isOn(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: isOn(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeInspect: false,
      asarIntegrity: true,
      onlyAsar: true,
      fileProtocol: false,
    });
  });
});

test('[LN14] package.json names no made-up address, and a Debian package only with a homepage and a maintainer', async () => {
  const text = await readFile(path.join(root, 'package.json'), 'utf8');
  expect(text).not.toMatch(/\.(?:example|invalid)\b|example\.(?:com|net|org)\b/u);
  const { homepage, build } = z
    .object({
      homepage: z.string().optional(),
      build: z.object({ linux: z.object({ target: z.array(z.string()), maintainer: z.string().optional() }) }),
    })
    .parse(JSON.parse(text));
  const isReachable = homepage !== undefined && /<\S+@\S+>/u.test(build.linux.maintainer ?? '');
  expect(isReachable || !build.linux.target.includes('deb')).toBe(true);
});

async function standInDistribution(dist: string): Promise<void> {
  await mkdir(path.join(dist, 'resources'), { recursive: true });
  // Electron's mark, the version of the switches, how many there are, and each as it ships.
  const fuses = Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100011'),
  ]);
  const executable = Buffer.concat([Buffer.from('\x7FELF'), Buffer.alloc(512), fuses, Buffer.alloc(64)]);
  await writeFile(path.join(dist, 'electron'), executable, { mode: 0o755 });
  await writeFile(path.join(dist, 'chrome-sandbox'), '', { mode: 0o755 });
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'resources.pak']) await writeFile(path.join(dist, name), '');
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(root, 'node_modules/electron/package.json'), 'utf8')));
  await writeFile(path.join(dist, 'version'), version);
}

/** Reads an archive's list of files: four sizes, each 32 bits, then JSON as long as the fourth says. */
async function listArchive(file: string): Promise<Map<string, { unpacked: boolean }>> {
  await using handle = await open(file);
  const sizes = Buffer.alloc(16);
  await handle.read(sizes, 0, 16, 0);
  const json = Buffer.alloc(sizes.readUInt32LE(12));
  await handle.read(json, 0, json.length, 16);
  const files = new Map<string, { unpacked: boolean }>();
  const walk = (entry: Entry, place: string) => {
    if (!entry.files) files.set(place, { unpacked: entry.unpacked === true });
    for (const [name, child] of Object.entries(entry.files ?? {}))
      walk(child, place === '' ? name : `${place}/${name}`);
  };
  walk(Entry.parse(JSON.parse(json.toString('utf8'))), '');
  return files;
}
