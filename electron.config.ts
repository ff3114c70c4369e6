import path from 'node:path';
import { defineConfig } from 'electron-vite';
import { dashboard, nodeEntries, nodeOutput, plainBuiltins, UNBUNDLED } from './vite.config.ts';

const root = import.meta.dirname;
const outDir = path.join(root, 'out/electron');

/** The desktop shell: main and its threads, preload, and the same dashboard that a browser is served. */
export default defineConfig({
  main: {
    publicDir: false,
    plugins: [plainBuiltins],
    ssr: { noExternal: true },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      externalizeDeps: { include: UNBUNDLED },
      rolldownOptions: {
        input: nodeEntries('electron/main.ts'),
        external: ['electron', ...UNBUNDLED],
        output: nodeOutput,
      },
    },
  },
  preload: {
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: false,
      target: 'node24',
      minify: false,
      // A sandboxed preload is one CommonJS file with no imports but electron.
      rolldownOptions: {
        input: { preload: path.join(root, 'electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    ...dashboard,
    build: { ...dashboard.build, rolldownOptions: { input: path.join(dashboard.root, 'index.html') } },
  },
});
