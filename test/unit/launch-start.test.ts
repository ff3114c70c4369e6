import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fetchElectron } from '../../src/cli/launch/electron-binary.mjs';
import { whyNoDisplay } from '../../src/cli/launch/window-choice.mjs';
import { findChromium } from '../support/find-chromium.mjs';

let root: string;

const said: string[] = [];

const say = (line: string) => void said.push(line);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'signalbox-launch-'));
  said.length = 0;
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function put(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), content);
}

const lockOf = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });

describe('the window', () => {
  test.each([
    ['linux', {}, 1000, 'there is no display'],
    ['linux', { DISPLAY: ':0' }, 1000, undefined],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000, undefined],
    ['linux', { DISPLAY: ':0' }, 0, 'cannot run as root'],
    ['darwin', {}, 501, undefined],
    ['darwin', { SSH_CONNECTION: '::1 1 ::1 22' }, 501, 'remote shell'],
    ['win32', {}, undefined, undefined],
  ] as const)('[LN6] on %s with %o as user %s: %s', (platform, env, uid, reason) => {
    const why = whyNoDisplay({ platform, env, uid });
    if (reason === undefined) expect(why).toBeUndefined();
    else expect(why).toContain(reason);
  });

  test('[LN7] a fetch of Electron that failed is not tried again for a day', async () => {
    let tries = 0;
    const fetch = () => {
      tries += 1;
      return Promise.resolve(false);
    };
    let now = Date.now();
    const options = { fetch, now: () => now };
    await expect(fetchElectron(root, say, options)).resolves.toBeUndefined();
    await expect(fetchElectron(root, say, options)).resolves.toBeUndefined();
    expect(tries).toBe(1);
    now += 25 * 60 * 60 * 1000;
    await fetchElectron(root, say, options);
    expect(tries).toBe(2);
  });

  test('[LN7] one that succeeded gives the executable and is not remembered as failed', async () => {
    const fetch = async () => {
      await put('node_modules/electron/path.txt', 'electron');
      await put('node_modules/electron/dist/electron', '');
      return true;
    };
    await expect(fetchElectron(root, say, { fetch })).resolves.toBe(
      path.join(root, 'node_modules/electron/dist/electron'),
    );
    await expect(stat(path.join(root, 'node_modules/.cache/signalbox'))).rejects.toThrow('ENOENT');
  });
});

describe('the launched program', () => {
  const launch = path.resolve(import.meta.dirname, '../../src/cli/launch');

  /** A tree whose command line is `main`, with packages and build that look ready. */
  async function tree(main: string): Promise<void> {
    await cp(launch, path.join(root, 'src/cli/launch'), { recursive: true });
    await put('package.json', '{"type": "module"}');
    await put('package-lock.json', lockOf({ '': {} }));
    await put('node_modules/.package-lock.json', lockOf({}));
    await put('vite.config.ts', '');
    await put(
      'node_modules/vite/bin/vite.js',
      `
      import { mkdirSync, writeFileSync } from 'node:fs';
      console.log('chatter of the build');
      mkdirSync('out/cli', { recursive: true });
      mkdirSync('out/dashboard', { recursive: true });
      writeFileSync('out/cli/main.js', ${JSON.stringify(main)});
      writeFileSync('out/dashboard/index.html', '');
    `,
    );
  }

  const start = (script: string, ...args: string[]) =>
    spawn(process.execPath, [path.join(root, 'src/cli/launch', script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  test.each([
    ['start.mjs', ['--headless', '--port', '0'], ['serve', '--port', '0']],
    ['signalbox.mjs', ['keys', 'list'], ['keys', 'list']],
  ])(
    '[LN9] %s builds and runs it with nothing of its own on stdout, and answers its exit code',
    async (script, args, seen) => {
      await tree('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
      const child = start(script, ...args);
      const exited = new Promise((resolve) => child.once('exit', resolve));
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      expect(JSON.parse(stdout)).toEqual(seen);
      expect(stderr).toContain('chatter of the build');
      expect(await exited).toBe(7);
    },
  );

  test('[LN13] asked for help, it opens no window and says nothing of its own', async () => {
    await tree('console.log(JSON.stringify(process.argv.slice(2)));');
    await text(start('signalbox.mjs', 'anything').stdout); // builds
    const child = start('start.mjs', '--help');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect([JSON.parse(stdout), stderr]).toEqual([['serve', '--help'], '']);
  });

  test('[LN8] signals reach it', async () => {
    await tree(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(3); }); setInterval(() => {}, 1000); console.log('up');`,
    );
    const child = start('start.mjs', '--headless');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout === 'up\n') child.kill('SIGTERM');
    });
    expect(await exited).toBe(3);
    expect(stdout).toBe('up\nbye\n');
  });

  test('[LN8] it ends when the shell that npm puts before it is gone', async () => {
    await tree(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); setInterval(() => {}, 1000); console.log('up');`,
    );
    const shell = spawn('sh', ['-c', 'node src/cli/launch/start.mjs --headless; true'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, npm_lifecycle_event: 'start' },
    });
    let stdout = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout === 'up\n') shell.kill('SIGTERM');
    });
    // The pipe ends when the last who holds it has: the shell is long gone by then.
    await new Promise((resolve) => shell.stdout.once('end', resolve));
    expect(stdout).toBe('up\nbye\n');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('[LN8] a %s to npm itself ends it cleanly', async (signal) => {
    await tree(`
      for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { console.log('bye'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('up');
    `);
    const { scripts } = z
      .object({ scripts: z.object({ start: z.string() }) })
      .parse(JSON.parse(await readFile(path.resolve(launch, '../../../package.json'), 'utf8')));
    await put('package.json', JSON.stringify({ type: 'module', scripts }));
    const npm = spawn('npm', ['start', '--silent', '--', '--headless'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}` },
    });
    const exited = new Promise((resolve) => npm.once('exit', (code, by) => resolve(by ?? code)));
    let stdout = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout === 'up\n') npm.kill(signal);
    });
    expect(await exited).toBe(0);
    expect(stdout).toBe('up\nbye\n');
  });

  test('[LN8] through a child too, where this Node is too old to run it itself', async () => {
    await put(
      'program.mjs',
      `process.on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('up');`,
    );
    await put(
      'parent.mjs',
      `
      import { become } from ${JSON.stringify(path.join(launch, 'child.mjs'))};
      process.exitCode = await become(process.execPath, [${JSON.stringify(path.join(root, 'program.mjs'))}]);
    `,
    );
    const child = spawn(process.execPath, [path.join(root, 'parent.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(3);
  });
});

describe('the browser for the tests', () => {
  test('[LN10] SIGNALBOX_CHROMIUM is taken first, and must be runnable', async () => {
    const browser = path.join(root, 'browser');
    await writeFile(browser, '#!/bin/sh\necho Chromium 1\n', { mode: 0o755 });
    expect(findChromium({ SIGNALBOX_CHROMIUM: browser, PATH: '' })).toBe(browser);
    expect(() => findChromium({ SIGNALBOX_CHROMIUM: `${browser}-gone` })).toThrow('cannot be run');
  });

  test('[LN10] one on the PATH is found, and a launcher without its browser is none', async () => {
    await put('bin/chromium', '');
    await writeFile(path.join(root, 'bin/chromium'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await writeFile(path.join(root, 'bin/google-chrome'), '#!/bin/sh\necho Chrome 1\n', { mode: 0o755 });
    expect(findChromium({ PATH: path.join(root, 'bin') })).toBe(path.join(root, 'bin/google-chrome'));
  });
});
