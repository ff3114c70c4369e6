import type { AnyJobKind } from '../../src/jobs/job-kind.ts';

/** What the tool of a kind is called with for its example, once the example's file is written. */
export function exampleArguments({ source, example }: AnyJobKind): Record<string, unknown> {
  return { ...examplePlace(source, example.path), ...example.input };
}

/** The path that a job on a file is asked for with: that of the file, or of its folder. */
export function examplePlace(source: AnyJobKind['source'], path: string): { readonly path?: string } {
  switch (source) {
    case undefined:
      return { path };
    case 'folder':
      return { path: path.slice(0, path.lastIndexOf('/') + 1) };
    case 'none':
      return {};
    default:
      return source satisfies never;
  }
}
