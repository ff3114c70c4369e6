import { kindNamed } from '../kinds.ts';
import type { JobTask } from '../job-task.ts';
import type { JobReporter } from './job-work.ts';

/** Any kind's work: what it gives is checked by the hub. */
export type AnyWork = (task: JobTask, reporter: JobReporter) => Promise<unknown>;

/** The work of a kind, from its folder, with the libraries that it needs. Throws for a name that is not in the list. */
export async function loadWork(name: string): Promise<AnyWork> {
  if (!kindNamed(name)) throw new Error(`There is no kind of job called ${name}`);
  const folder = name.replaceAll('_', '-');
  const { work } = (await import(`../${folder}/work/work.ts`)) as { readonly work: AnyWork };
  return work;
}
