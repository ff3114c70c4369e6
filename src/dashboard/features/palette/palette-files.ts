import type { HubApi } from '../../../protocol/api.ts';
import { looseGlob } from '../../loose-glob.ts';
import { bestOf } from './palette-score.ts';

/** Paths that are compared; the hub lists them in the order of the alphabet, not by how well they match. */
const COMPARED = 200;

/**
 * The `most` paths of a workspace that match best: a file of that very name first, whatever the folders above it are
 * called, then names that begin so, then all others that contain it.
 */
export async function bestFiles(
  hub: Pick<HubApi, 'findFiles'>,
  workspace: string,
  query: string,
  most: number,
): Promise<readonly string[]> {
  const text = looseGlob(query.trim().replace(/^\/+/u, ''));
  if (text === '') return [];
  const ask = async (glob: string, limit: number) => await hub.findFiles({ workspace, glob, limit });
  const { items, nextCursor } = await ask(`{**/*${text}*,**/*${text}*/**}`, COMPARED);
  // Of very many the best may come later: those of that name are asked for alone.
  const named = nextCursor === undefined ? [] : (await ask(`**/{${text},${text}.*}`, most)).items;
  const paths = [...new Set([...named, ...items].map(({ path }) => path))];
  return bestOf(
    paths.toSorted((a, b) => a.length - b.length),
    query,
    (path) => path,
    most,
  );
}
