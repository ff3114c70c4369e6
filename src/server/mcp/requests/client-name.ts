import { fewMarks } from '../../../protocol/names/few-marks.ts';
import { withoutHidden } from '../../../protocol/names/hidden-characters.ts';
import { shortened } from '../../shortened.ts';

/** Characters of what a client says about itself that are looked at, for those that are kept. */
const LOOKED_AT = 1_000;

/**
 * A name or version that a client gave itself, as a session keeps it: at most `characters`, without what nobody sees,
 * and with at most 16 marks on a letter. `otherwise` where it is no text, or an empty one.
 */
export function clientName(value: unknown, characters: number, otherwise: string): string {
  if (typeof value !== 'string') return otherwise;
  const seen = fewMarks(withoutHidden(value.slice(0, LOOKED_AT)));
  return shortened(seen, characters) || otherwise;
}
