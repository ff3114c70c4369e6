import { fileConvert } from './file-convert/kind.ts';
import { fileExtract } from './file-extract/kind.ts';
import type { AnyJobKind } from './job-kind.ts';

/** Every kind of job. Tool, form, menu, guide, limits, result and the tests of every kind follow from its line here. */
export const jobKinds: readonly AnyJobKind[] = [fileExtract, fileConvert];

/** The kind of a name; undefined for one that this version of the hub does not have, as an older log may. */
export function kindNamed(name: string): AnyJobKind | undefined {
  return jobKinds.find((kind) => kind.name === name);
}

/** The kinds that work on such a thing, as the menus of a file, a folder and the Jobs screen offer them. */
export function kindsOn(source: AnyJobKind['source'], kinds = jobKinds): readonly AnyJobKind[] {
  return kinds.filter((kind) => kind.source === source);
}
