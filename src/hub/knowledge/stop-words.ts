/** Words of English that say nothing of what a text is about; among them those that only make a sentence a question. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about above after again against all also am an and any are as at be because been before being below between ' +
    'both but by can cannot could did do does doing done down during each either else etc ever every few for from ' +
    'further had has have having he her here hers herself him himself his how however i if in into is it its itself ' +
    'just let may me might more most much must my myself near nor not of off often on once one only onto or other ' +
    'our ours ourselves out over own per please rather same shall she should since so some such than that the their ' +
    'theirs them themselves then there these they this those though through thus to too under until up upon us very ' +
    'was we were what when where whether which while who whom whose why will with within without would yet you your ' +
    'yours yourself yourselves there’s anyone anybody anything someone something tell know give given find'
  ).split(' '),
);

/** English stop words that are words of other languages too: they do not show that a text is English. */
const SHARED = new Set(
  (
    'a all also am an any as at be can do for had have he her here him i if in is just let may me might more most must ' +
    'my no nor of off on once one or other over own per same she so such to under up us was we were will you your find'
  ).split(' '),
);

/** Words that tell that a text is English. */
export const ENGLISH_WORDS: ReadonlySet<string> = new Set([...STOP_WORDS].filter((word) => !SHARED.has(word)));
