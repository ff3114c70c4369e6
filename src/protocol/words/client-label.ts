import { fewMarks } from '../names/few-marks.ts';
import { withoutHidden } from '../names/hidden-characters.ts';

/**
 * What a client calls itself, with its version, as people are shown it. A client may say anything, and logs of
 * earlier versions have it as it came: what nobody sees is left out, and of the marks on a letter 16 are left.
 */
export function clientLabel({ name, version }: { readonly name: string; readonly version: string }): string {
  return fewMarks(withoutHidden(`${name} ${version}`)) || 'unnamed client';
}
