import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

const Report = z.object({
  diagnostics: z.array(z.object({ message: z.string(), code: z.string().optional(), filename: z.string() })),
});

/** A snippet, the place in the tree it stands at, and the rule that must refuse it (none: it must pass). */
export interface Snippet {
  readonly file: string;
  readonly source: string;
  readonly refusedBy?: string;
}

/** The rule of the linter that holds who may import whom. */
export const WALLS = 'signalbox(import-walls)';

/** Lints a tree of these snippets with this repository's rules; answers the codes that each file is refused by. */
export async function lintSnippets(snippets: readonly Snippet[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const tree = await mkdtemp(path.join(tmpdir(), 'signalbox-walls-'));
  try {
    for (const name of ['.oxlintrc.json', '.oxlint', 'tsconfig.json', 'package.json']) {
      await cp(path.join(root, name), path.join(tree, name), { recursive: true });
    }
    await symlink(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
    for (const { file, source } of snippets) {
      await mkdir(path.dirname(path.join(tree, file)), { recursive: true });
      await writeFile(path.join(tree, file), `${source}\n`);
    }
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    const { stdout } = await run(
      process.execPath,
      [oxlint, '--type-aware', '--format=json', 'src', 'electron', 'test'].filter(
        (name) => name.startsWith('-') || name === oxlint || snippets.some(({ file }) => file.startsWith(`${name}/`)),
      ),
      { cwd: tree, maxBuffer: 16 * 1024 * 1024 },
    ).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
    const refusals = new Map<string, Set<string>>();
    for (const { filename, code, message } of Report.parse(JSON.parse(stdout)).diagnostics) {
      const codes = refusals.get(filename) ?? new Set();
      refusals.set(filename, codes.add(code ?? message));
    }
    return refusals;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}

/** The codes of a snippet's refusals; of one that must pass, those of the rules about imports. */
export function codesOf({ file, refusedBy }: Snippet, refusals: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...(refusals.get(file) ?? [])].filter((code) => refusedBy ?? /walls|narrow|barrels|cycle/.test(code));
}
