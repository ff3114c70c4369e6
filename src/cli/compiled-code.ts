import module from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Lets Node keep the compiled code of what is loaded from now on, also of threads and child processes, beside the
 * build, which takes it along when it is made anew: to compile it would be half of a start. Where that folder cannot
 * be written, and in a source tree, code is compiled at each start.
 *
 * @param entry URL of the program's first module
 */
export function keepCompiledCode(entry: string): void {
  if (!entry.endsWith('/main.js')) return;
  const folder = fileURLToPath(new URL('../.compile-cache', entry));
  if (module.enableCompileCache(folder).directory !== undefined) process.env['NODE_COMPILE_CACHE'] ??= folder;
}
