import { fileExtract } from './file-extract/kind.ts';
import type { AnyJobKind } from './job-kind.ts';

/**
 * Every kind of job. To add one:
 *
 * 1. a folder named for it: `file-hash` for the kind `file_hash`;
 * 2. in it `kind.ts`, what it takes, gives and may use, with its words;
 * 3. beside that `facts.ts`, how people are shown its result, where {@link readFacts} alone will not do;
 * 4. below that `work/work.ts`, which exports `work`: it runs in a process of its own, and may use Node and libraries;
 * 5. its line here. Tool, form, menu, guide, limits, result and the tests of every kind follow from it.
 */
export const jobKinds: readonly AnyJobKind[] = [fileExtract];

/** The kind of a name; undefined for one that this version of the hub does not have, as an older log may. */
export function kindNamed(name: string): AnyJobKind | undefined {
  return jobKinds.find((kind) => kind.name === name);
}
