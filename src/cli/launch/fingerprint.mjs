import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * SHA-256 over the names and contents of all files in `inputs`. Contents instead of times: a fresh clone or a
 * branch switched back and forth is no change, and a change with an old time is one.
 *
 * @param {string} root folder that the inputs are relative to
 * @param {readonly string[]} inputs files and folders; one that does not exist counts as empty
 * @param {(relative: string) => boolean} [skip] files and folders to leave out, by path from the root
 * @returns {string} hex
 */
export function fingerprint(root, inputs, skip = () => false) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesIn(root, input, skip)) {
      const content = readFileSync(path.join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} root @param {string} relative @param {(relative: string) => boolean} skip
 * @returns {string[]} files by path from the root, in an order that does not depend on the disk
 */
function filesIn(root, relative, skip) {
  if (skip(relative)) return [];
  const stats = statSync(path.join(root, relative), { throwIfNoEntry: false });
  if (!stats) return [];
  if (!stats.isDirectory()) return [relative];
  return readdirSync(path.join(root, relative))
    .toSorted()
    .flatMap((name) => filesIn(root, `${relative}/${name}`, skip));
}
