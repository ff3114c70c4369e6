import path from 'node:path';
import { pathToFileURL } from 'node:url';
import react from '@vitejs/plugin-react';
import { build, type Plugin, type UserConfig } from 'vite';
import { defineConfig } from 'vitest/config';
import manifest from './package.json' with { type: 'json' };
import { WORKER_ENTRIES } from './src/hub/worker-url.ts';
import { RECORDER_THREAD } from './src/recorder/thread-url.ts';

const root = import.meta.dirname;

/** Packages that stay on disk beside a bundle, for their native code: those that are installed with the product. */
export const UNBUNDLED = Object.keys(manifest.dependencies);

/**
 * A Node program with the threads that it starts, as `workerUrl` expects to find them: chunks flat
 * beside the entry, threads under `workers`. Everything bundles but `UNBUNDLED`: reading a few files
 * is what makes a start quick.
 */
export function nodeEntries(entry: string): Record<string, string> {
  const entries: Record<string, string> = { main: path.join(root, entry) };
  for (const name of WORKER_ENTRIES) entries[`workers/${name}`] = path.join(root, 'src/hub', `${name}.ts`);
  entries[`workers/${RECORDER_THREAD}`] = path.join(root, 'src', `${RECORDER_THREAD}.ts`);
  return entries;
}

/**
 * Few large chunks in place of one for each set of users: of a start's time a file takes as much as its code. A chunk
 * has what the named modules load, and nothing of those before it. The threads come first, so that none of them loads
 * more than it needs.
 */
const CHUNKS: readonly (readonly [name: string, modules: RegExp])[] = [
  [
    'log',
    /src[\\/](?:hub[\\/]log[\\/](?:start-writer|checkpoint|verify|snapshots|stored-events)|protocol[\\/](?:agent-id|words[\\/]units))\.ts$/,
  ],
  ['contents', /src[\\/]hub[\\/]disk[\\/](?:disk|store-content|write-out)\.ts$/],
  ['text', /src[\\/]hub[\\/]files[\\/]text-sniff\.ts$/],
  ['lists', /src[\\/]hub[\\/](?:paging|paths[\\/]glob)\.ts$/],
  [
    'frames',
    /src[\\/](?:recorder[\\/](?:frame-packer|frame-reading|frame-store)|protocol[\\/]query[\\/](?:name-match|read-time))\.ts$/,
  ],
  ['events', /src[\\/]protocol[\\/](?:events|brief-event|digest)\.ts$/],
  ['writer', /src[\\/]hub[\\/]log[\\/](?:writer|checkpoints|projections[\\/]projections)\.ts$/],
  [
    'program',
    /src[\\/](?:cli[\\/](?:run-cli|process-host)|server[\\/]usual-data-dir|protocol[\\/](?:hub-lock|records|words[\\/]nearest))\.ts$/,
  ],
  ['contract', /src[\\/]protocol[\\/]api\.ts$|node_modules[\\/]birpc[\\/]/],
  ['hub', /src[\\/](?:hub[\\/]hub|server[\\/](?:services|app))\.ts$/],
  // What the edges share with the start must not make it wait for all of them: they load while the log is opened.
  ['server', /src[\\/]server[\\/]start\.ts$/],
  ['edges', /src[\\/]server[\\/]edges\.ts$/],
];

export const nodeOutput = {
  format: 'es',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  codeSplitting: { groups: CHUNKS.map(([name, test], at) => ({ name, test, priority: CHUNKS.length - at })) },
} as const;

/**
 * Takes Node's own modules as they are, in place of importing them: for an import Node reads every member of one, and so
 * loads all that its lazy members stand for, `fetch` with `node:http`, Web Crypto with `node:crypto`, a stream on stdin
 * with `node:process`. That would be a tenth of a start.
 */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  apply: 'build',
  renderChunk(code) {
    const lines = code.split('\n');
    // Imports come first: what looks like one further down is text.
    for (const [at, line] of lines.entries()) {
      if (!line.startsWith('import ')) break;
      const [, names, module] = /^import (?:(.+) from )?"(node:[^"]+)";$/u.exec(line) ?? [];
      if (module !== undefined) lines[at] = names === undefined ? '' : builtin(names, module);
    }
    return { code: lines.join('\n'), map: null };
  },
};

/** `import <names> from "<module>"` without an import. */
function builtin(names: string, module: string): string {
  const [, whole, members] = /^(?:\* as )?([\w$]+)?(?:, )?(\{.+\})?$/u.exec(names) ?? [];
  const from = `globalThis.process.getBuiltinModule("${module}")`;
  const parts = [whole, members?.replaceAll(' as ', ': ')].filter((part) => part !== undefined);
  if (parts.length === 0) throw new Error(`An import of ${module} in an unknown form: ${names}`);
  return `const ${parts.map((part) => `${part} = ${from}`).join(', ')};`;
}

/** In development Vite's own server hands what is not the dashboard on to the hub named by the launcher. */
function passedOn(hub: string | undefined): NonNullable<UserConfig['server']> {
  if (!hub) return {};
  const toHub = {
    target: hub,
    changeOrigin: true,
    ws: true,
    // The hub refuses pages of other origins, and in development the page is one.
    headers: { origin: hub },
  };
  // The page's own modules lie under /uploads too; no upload's id has a dot.
  const hubs = ['^/api/', '^/uploads(?:/[^./]*)?(?:\\?|$)', '^/files/', '^/health$'];
  return { proxy: Object.fromEntries(hubs.map((pattern) => [pattern, toHub])) };
}

/**
 * Vite takes `composes … from` for a fault of a plugin, as it reads the other file without its name. That would matter
 * to a `url()` in that file.
 */
const quietComposes: Plugin = {
  name: 'quiet-composes',
  configResolved({ logger }) {
    const { warnOnce } = logger;
    logger.warnOnce = (text, options) => {
      if (!text.includes('did not pass the `from` option')) warnOnce(text, options);
    };
  },
};

/** The dashboard, for the browser and for the desktop window alike. */
export const dashboard = {
  root: path.join(root, 'src/dashboard'),
  base: '/',
  plugins: [react(), quietComposes],
  worker: { format: 'es' },
  server: passedOn(process.env['SIGNALBOX_HUB']),
  build: {
    outDir: path.join(root, 'out/dashboard'),
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows nothing inline: neither data: fonts nor a script in the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2048,
  },
} satisfies UserConfig;

/**
 * `signalbox connect` as one file that any Node from 20 on runs, without native parts: `out/cli/connect.mjs`. It is
 * made after the command line, whose build empties the folder.
 */
const connectBeside: Plugin = {
  name: 'connect-beside',
  apply: 'build',
  async closeBundle() {
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      ssr: { noExternal: true },
      build: {
        ssr: true,
        target: 'node20',
        outDir: path.join(root, 'out/cli'),
        emptyOutDir: false,
        minify: false,
        rolldownOptions: {
          input: path.join(root, 'src/connect/main.ts'),
          output: { format: 'es', entryFileNames: 'connect.mjs', codeSplitting: false },
        },
      },
    });
  },
};

/** The command line with the hub inside: `out/cli/main.js`. */
const cli = {
  publicDir: false,
  plugins: [plainBuiltins, connectBeside],
  ssr: { noExternal: true, external: UNBUNDLED },
  build: {
    ssr: true,
    target: 'node24',
    outDir: path.join(root, 'out/cli'),
    emptyOutDir: true,
    minify: false,
    rolldownOptions: { input: nodeEntries('src/cli/main.ts'), output: nodeOutput },
  },
} satisfies UserConfig;

/**
 * Hubs that a test opens within its process start their threads as they are built: to load a thread's sources takes
 * three times as long, and nearly every test starts some. `test/support/build-threads.ts` builds them before the run.
 */
const builtThreads: Plugin = {
  name: 'built-threads',
  transform(code, id) {
    if (!/\/src\/(?:hub\/worker-url|recorder\/thread-url)\.ts$/u.test(id)) return undefined;
    const builtInto = pathToFileURL(path.join(root, 'out/cli/main.js')).href;
    return { code: code.replaceAll('import.meta.url', JSON.stringify(builtInto)), map: null };
  },
};

const tests = {
  root,
  plugins: [react(), builtThreads],
  test: {
    projects: [
      // A worker of its own for each of these many short files would take half of their time.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], isolate: false } },
      { extends: true, test: { name: 'hubs', include: ['test/{integration,fuzz}/**/*.test.ts'] } },
    ],
    globalSetup: 'test/support/build-threads.ts',
    // The machines this runs on have two cores, and a file waits for the disk and for its clients.
    maxWorkers: 3,
    // They end what hangs. No test says by them how soon something is done, as machines are slow and busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
};

/** Tests of the gate, which start no hub and so need nothing built. */
const gate = { ...tests, plugins: [], test: { ...tests.test, globalSetup: [] } };

/**
 * `vite` serves the dashboard, `vite build` builds it, `vite build --mode cli` builds the command line,
 * `vitest --mode gate` runs tests without a build.
 */
export default defineConfig(({ mode }) => {
  if (mode === 'gate') return gate;
  if (mode === 'test') {
    // Programs and threads that tests start from sources are compiled once for all runs.
    process.env['NODE_COMPILE_CACHE'] ??= path.join(root, 'node_modules/.cache/compiled');
    return tests;
  }
  if (mode === 'cli') return cli;
  return dashboard;
});
