import type { JobTask } from '../job-task.ts';
import type { JobReporter } from './job-work.ts';

/** Any kind's work: what it gives is checked by the hub. */
export type AnyWork = (task: JobTask, reporter: JobReporter) => Promise<unknown>;

/** The work of a kind that there is, from its folder, with the libraries that it needs. */
export async function loadWork(name: string): Promise<AnyWork> {
  const folder = name.replaceAll('_', '-');
  const { work } = (await import(`../${folder}/work/work.ts`)) as { readonly work: AnyWork };
  return work;
}
