import path from 'node:path';
import { ensureBuilt } from '../../src/cli/launch/ensure-built.mjs';

/** Before Vitest's first test: builds the command line and the threads of its hub, unless they are as their sources are. */
export async function setup(): Promise<void> {
  const root = path.resolve(import.meta.dirname, '../..');
  await ensureBuilt(root, ['cli'], (line) => process.stdout.write(`${line}\n`));
}
