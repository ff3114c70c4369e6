import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensureBuilt, isFresh } from '../../src/cli/launch/ensure-built.mjs';
import { exclusively } from '../../src/cli/launch/exclusive.mjs';
import { isInstalled } from '../../src/cli/launch/install.mjs';
import { findNode } from '../../src/cli/launch/node-runtime.mjs';

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

/** Where the lock is: what is said to whoever waits for it. */
async function lockFileOf(tree: string): Promise<string> {
  const held = Promise.withResolvers<void>();
  const holder = exclusively(tree, () => held.promise, say);
  const waiter = exclusively(tree, () => undefined, say);
  held.resolve();
  await Promise.all([holder, waiter]);
  const file = /\((.*)\)\.$/.exec(said.find((line) => line.startsWith('Waiting for')) ?? '')?.[1];
  if (!file) throw new Error(`No lock was named in: ${said.join('\n')}`);
  return file;
}

describe('installing', () => {
  const wanted = { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0' } };
  const { '': _project, ...record } = wanted;

  beforeEach(async () => {
    for (const place of Object.keys(record)) await put(`${place}/package.json`, '{}');
  });

  test('[LN1] an install that matches the lock file is recognised whoever made it', async () => {
    await put('package-lock.json', lockOf(wanted));
    await put('node_modules/.package-lock.json', lockOf(record));
    expect(isInstalled(root)).toBe(true);
    // From the stamp this time: npm's record is not needed any more.
    await rm(path.join(root, 'node_modules/.package-lock.json'));
    expect(isInstalled(root)).toBe(true);
  });

  test('[LN1] a package for other platforms may be missing', async () => {
    const optional = { 'node_modules/c-darwin': { version: '3.0.0', optional: true } };
    await put('package-lock.json', lockOf({ ...wanted, ...optional }));
    await put('node_modules/.package-lock.json', lockOf(record));
    expect(isInstalled(root)).toBe(true);
  });

  test('[LN2] nothing installed, another version or a missing package means installing', async () => {
    await put('package-lock.json', lockOf(wanted));
    expect(isInstalled(root)).toBe(false);
    await put('node_modules/.package-lock.json', lockOf({ ...record, 'node_modules/b': { version: '2.0.1' } }));
    expect(isInstalled(root)).toBe(false);
    await put('node_modules/.package-lock.json', lockOf({ 'node_modules/a': { version: '1.0.0' } }));
    expect(isInstalled(root)).toBe(false);
  });

  test('[LN2] a package whose folder is gone is missing, whatever was recorded', async () => {
    await put('package-lock.json', lockOf(wanted));
    await put('node_modules/.package-lock.json', lockOf(record));
    expect(isInstalled(root)).toBe(true);
    await rm(path.join(root, 'node_modules/b'), { recursive: true });
    expect(isInstalled(root)).toBe(false);
  });

  test('[LN2] a stamp of another lock file does not count', async () => {
    await put('package-lock.json', lockOf(wanted));
    await put('node_modules/.package-lock.json', lockOf(record));
    expect(isInstalled(root)).toBe(true);
    await put('package-lock.json', lockOf({ ...wanted, 'node_modules/b': { version: '2.1.0' } }));
    expect(isInstalled(root)).toBe(false);
  });

  test('[LN2] an older Node runs Signalbox on the one that the install brings', async () => {
    expect(findNode(root, '24.0.0')).toBe(process.execPath);
    expect(findNode(root, '20.20.2')).toBeUndefined();
    await put('node_modules/node/bin/node', '');
    expect(findNode(root, '20.20.2')).toBe(path.join(root, 'node_modules/node/bin/node'));
  });
});

describe('building', () => {
  /** Stands in for the bundler: counts its runs in the output, and fails where the source says so. */
  const bundler = `
    import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
    const runs = 'out/dashboard/index.html';
    mkdirSync('out/dashboard', { recursive: true });
    writeFileSync(runs, existsSync(runs) ? readFileSync(runs, 'utf8') + '+' : '+');
    console.log('chatter');
    if (readFileSync('src/dashboard/main.tsx', 'utf8').includes('broken')) process.exit(1);
  `;
  const runs = async () => (await readFile(path.join(root, 'out/dashboard/index.html'), 'utf8')).length;

  beforeEach(async () => {
    await put('package.json', '{"type": "module"}');
    await put('node_modules/vite/bin/vite.js', bundler);
    await put('src/dashboard/main.tsx', 'one');
    await put('src/dashboard/ui/row.tsx', 'row');
    await ensureBuilt(root, ['dashboard'], say);
  });

  test('[LN3] nothing changed, nothing built, whatever the times say', async () => {
    await utimes(path.join(root, 'src/dashboard/main.tsx'), new Date(), new Date(0));
    await ensureBuilt(root, ['dashboard'], say);
    expect(await runs()).toBe(1);
  });

  test('[LN3] a file changed, added, renamed or removed makes it stale, and undoing that fresh', async () => {
    const file = path.join(root, 'src/dashboard/ui/row.tsx');
    await writeFile(file, 'other');
    expect(isFresh(root, 'dashboard')).toBe(false);
    await writeFile(file, 'row');
    expect(isFresh(root, 'dashboard')).toBe(true);
    await rename(file, `${file}x`);
    expect(isFresh(root, 'dashboard')).toBe(false);
    await rename(`${file}x`, file);
    await put('src/protocol/state.ts', 'new');
    expect(isFresh(root, 'dashboard')).toBe(false);
    await rm(path.join(root, 'src/protocol'), { recursive: true });
    expect(isFresh(root, 'dashboard')).toBe(true);
    await rm(file);
    expect(isFresh(root, 'dashboard')).toBe(false);
    await ensureBuilt(root, ['dashboard'], say);
    expect(await runs()).toBe(2);
  });

  test('[LN3] so does a kind of job that is changed, as screens and hubs have its words', async () => {
    await put('src/jobs/kinds.ts', 'new');
    expect(isFresh(root, 'dashboard')).toBe(false);
  });

  test('[LN3] an output that is gone is built again', async () => {
    await rm(path.join(root, 'out/dashboard'), { recursive: true });
    await ensureBuilt(root, ['dashboard'], say);
    expect(await runs()).toBe(1);
  });

  test('[LN4] a build that failed is not fresh, even where the sources go back to what was built', async () => {
    await put('src/dashboard/main.tsx', 'broken');
    await expect(ensureBuilt(root, ['dashboard'], say)).rejects.toThrow('The build of dashboard failed');
    await put('src/dashboard/main.tsx', 'one');
    expect(isFresh(root, 'dashboard')).toBe(false);
  });

  test('[LN5] two builds at once make one', async () => {
    await put('src/dashboard/main.tsx', 'two');
    await Promise.all([ensureBuilt(root, ['dashboard'], say), ensureBuilt(root, ['dashboard'], say)]);
    expect(await runs()).toBe(2);
  });
});

test('[LN17] a new build of the command line takes away what was compiled of the old one', async () => {
  await put('package.json', '{"type": "module"}');
  await put('node_modules/vite/bin/vite.js', '');
  await put('src/cli/main.ts', 'one');
  await put('out/.compile-cache/v24/abcd', 'of the old build');
  await ensureBuilt(root, ['cli'], say);
  expect(existsSync(path.join(root, 'out/.compile-cache'))).toBe(false);
});

describe('one at a time', () => {
  test('[LN5] work on one tree never overlaps', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const a = exclusively(root, () => (order.push('a begins'), first.promise.then(() => order.push('a ends'))), say);
    const b = exclusively(root, () => order.push('b'), say);
    first.resolve();
    await Promise.all([a, b]);
    expect(order).toEqual(['a begins', 'a ends', 'b']);
    expect(said.filter((line) => line.startsWith('Waiting for'))).toHaveLength(1);
  });

  test('[LN5] a lock whose holder is dead is taken over', async () => {
    const dead = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await new Promise((resolve) => dead.once('exit', resolve));
    const file = await lockFileOf(root);
    await writeFile(file, String(dead.pid));
    await expect(exclusively(root, () => 'done', say)).resolves.toBe('done');
  });
});
