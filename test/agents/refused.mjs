import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runAgent } from './run.mjs';

/** What is wrong with the key that an agent is given: `--key none` and so on. */
export const KEYS = ['none', 'wrong', 'revoked', 'suspended'];
/** What `signalbox connect` says of the key of its name, as far as it is the same for each. */
const WORDS_OF_CONNECT = { revoked: 'was revoked', suspended: 'has suspended' };
/** Of a log file, at most. */
const MOST_LOG_BYTES = 4 * 1024 * 1024;

/** @typedef {Awaited<ReturnType<typeof import('./hub.mjs').startHub>>} Hub */

/** The secret of a key that the hub does not take. @param {Hub} hub @param {string} kind @param {string} name */
function badKey(hub, kind, name) {
  if (kind === 'none') return '';
  if (kind === 'wrong') return `sbx_${randomBytes(32).toString('base64url')}`;
  const secret = hub.key(name);
  hub.keyEnds(name, kind);
  return secret;
}

/**
 * Runs an agent with a key that the hub does not take, and looks for the hub's own sentence in what its user reads: the
 * words of its commands, of a turn, and of the logs that it writes.
 *
 * @param {import('./programs.mjs').Program} program
 * @param {{ hub: Hub, kind: string, isSetUp: boolean, folder: string, node: string, keep?: string }} given  `isSetUp`: by
 *   `signalbox setup`, and the key of its name has ended since
 */
export async function refused(program, { hub, kind, isSetUp, folder, node, keep }) {
  const name = program.bin;
  const key = isSetUp ? '' : badKey(hub, kind, name);
  const sentence = isSetUp ? WORDS_OF_CONNECT[kind] : await hub.sentenceFor(key);
  if (sentence === undefined) throw new Error(`Who is set up by signalbox setup cannot have a key that is ${kind}.`);
  const sentences = { whole: sentence, 'that of the OAuth answer, whole': await hub.oauthSentence() };
  const setUp = (home) => {
    hub.setUp(program.client, home, name);
    hub.connectKey(name);
    hub.keyEnds(name, kind);
  };
  const script = [{ tool: 'whoami' }, { say: 'DONE' }];
  const way = { url: hub.mcp(), key, ...(isSetUp ? { setUp } : {}) };
  const { spoken } = await runAgent(program, { script, ...way, folder, node, keep, isLookedAt: true });
  const said = spoken.map(({ command, words }) => ({ where: command, ...found(words, sentences) }));
  const logs = filesBelow(path.join(folder, 'home')).map((file) => ({
    where: path.relative(path.join(folder, 'home'), file),
    ...found(readFileSync(file, 'utf8'), sentences),
  }));
  return { sentence, said, logs: logs.filter(({ told }) => told !== undefined) };
}

/** Which of the hub's sentences is in a text, and the lines that are about the hub or a key. */
function found(text, sentences) {
  const plain = (words) => words.replaceAll('…', '...').replaceAll(/[\\"'`│|\s]+/gu, ' ');
  const shown = stripVTControlCharacters(text);
  const lines = shown
    .split('\n')
    .filter((line) => /signalbox/iu.test(line) && /auth|fail|40[0-9]|error|refus|unauthor|disconn/iu.test(line));
  const told = Object.keys(sentences).find((name) => plain(shown).includes(plain(sentences[name])));
  return {
    told,
    lines: lines.map((line) => around(line.trim())).slice(0, 4),
  };
}

/** A line of a log may be a whole conversation. */
function around(line) {
  if (line.length <= 400) return line;
  const at = Math.max(0, line.search(/fail|error|refus|unauthor/iu) - 100);
  return `${line.slice(at, at + 400)}…`;
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:log|txt|jsonl)$/u.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size < MOST_LOG_BYTES);
}
