/**
 * Where the two joiners, which nobody sees by themselves, change how a word looks: the contexts A1, A2 and B of
 * UAX #31, section 2.3. Persian, for one, is not written without the first, Sinhala not without the second.
 */

/** Letters that join the next one: Joining_Type D of Arabic, Syriac, N'Ko, Mandaic and Mongolian. */
const JOINS_NEXT =
  '\\u0620\\u0626\\u0628\\u062a-\\u062e\\u0633-\\u063f\\u0641-\\u0647\\u0649\\u064a\\u066e\\u066f\\u0678-\\u0687\\u069a-\\u06bf' +
  '\\u06c1\\u06c2\\u06cc\\u06ce\\u06d0\\u06d1\\u06fa-\\u06fc\\u06ff\\u0712-\\u0714\\u071a-\\u071d\\u071f-\\u0727\\u0729\\u072b' +
  '\\u072d\\u072e\\u074e-\\u0758\\u075c-\\u076a\\u076d-\\u0770\\u0772\\u0775-\\u0777\\u077a-\\u077f\\u07ca-\\u07ea' +
  '\\u0841-\\u0845\\u0848\\u084a-\\u0853\\u0855\\u0860\\u0862-\\u0865\\u0868\\u0886\\u0889-\\u088d\\u08a0-\\u08a9\\u08af\\u08b0' +
  '\\u08b3-\\u08b8\\u08ba-\\u08c8\\u1820-\\u1878\\u1887-\\u18a8\\u18aa';

/** Letters of the same scripts that join only the one before: Joining_Type R. */
const JOINS_LAST =
  '\\u0622-\\u0625\\u0627\\u0629\\u062f-\\u0632\\u0648\\u0671-\\u0673\\u0675-\\u0677\\u0688-\\u0699\\u06c0\\u06c3-\\u06cb\\u06cd' +
  '\\u06cf\\u06d2\\u06d3\\u06d5\\u06ee\\u06ef\\u0710\\u0715-\\u0719\\u071e\\u0728\\u072a\\u072c\\u072f\\u074d\\u0759-\\u075b' +
  '\\u076b\\u076c\\u0771\\u0773\\u0774\\u0778\\u0779\\u0840\\u0846\\u0847\\u0849\\u0854\\u0856-\\u0858\\u0867\\u0869\\u086a' +
  '\\u0870-\\u0882\\u088e\\u08aa-\\u08ac\\u08ae\\u08b1\\u08b2\\u08b9';

/** Signs that take a consonant its vowel, so that it may join the next: Canonical_Combining_Class 9. */
const VIRAMA =
  '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca\\u0f84\\u1039\\u103a\\u1714\\u1715\\u1734' +
  '\\u17d2\\u1a60\\u1b44\\u1baa\\u1bab\\u1bf2\\u1bf3\\ua806\\ua82c\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed';

const MARKS = '\\p{Mn}*';

/** What stands around a joiner: before and after it, within cursive letters and within a conjunct of consonants. */
interface Contexts {
  readonly beforeInCursive: RegExp;
  readonly afterInCursive: RegExp;
  readonly beforeInConjunct: RegExp;
  readonly afterInConjunct: RegExp;
}

/** Made with the first joiner that is looked at: few names have any, and a start need not wait for them. */
let known: Contexts | undefined;

function contexts(): Contexts {
  return (known ??= {
    beforeInCursive: new RegExp(`[${JOINS_NEXT}]${MARKS}$`, 'u'),
    afterInCursive: new RegExp(`^${MARKS}[${JOINS_NEXT}${JOINS_LAST}]`, 'u'),
    beforeInConjunct: new RegExp(`\\p{L}\\p{M}*[${VIRAMA}]${MARKS}$`, 'u'),
    afterInConjunct: new RegExp(`^${MARKS}\\p{L}`, 'u'),
  });
}

/** How many characters around a joiner are looked at: a letter with its marks. */
const CONTEXT = 16;

/** Whether a joiner (U+200C or U+200D) is at `index`, in a place where it is seen by what it does. */
export function isJoining(text: string, index: number): boolean {
  if (text[index] !== '\u200c' && text[index] !== '\u200d') return false;
  const before = text.slice(Math.max(0, index - CONTEXT), index);
  const after = text.slice(index + 1, index + 1 + CONTEXT);
  const { beforeInCursive, afterInCursive, beforeInConjunct, afterInConjunct } = contexts();
  if (text[index] === '\u200d') return beforeInConjunct.test(before) && !/^\p{M}/u.test(after);
  return (
    (beforeInCursive.test(before) && afterInCursive.test(after)) ||
    (beforeInConjunct.test(before) && afterInConjunct.test(after))
  );
}
