/** What is read off a run: what the model was given of each call, what is wrong with that, and how soon an agent came. */

/** @typedef {import('./script.mjs').AgentStep} AgentStep @typedef {Awaited<ReturnType<typeof import('./run.mjs').runAgent>>['seen']} Seen */

/** How often a text is in another. @param {string} text @param {string} part */
const times = (text, part) => text.split(part).length - 1;

/** One line for each call: its tool, the characters given, how often the sentence that matters, and pictures. @param {readonly AgentStep[]} script @param {Seen} seen */
export function callRows(script, seen) {
  return script.flatMap((step, number) => {
    if (!step.tool) return [];
    const result = seen.results.get(number);
    if (!result) return [`${step.tool.padEnd(14)} not answered`];
    const often = step.once === undefined ? '' : `, “${step.once}” ×${wordsTimes(step, result.text)}`;
    return [
      `${step.tool.padEnd(14)} ${result.text.length} characters${often}${result.pictures > 0 ? ', picture' : ''}`,
    ];
  });
}

/** A path stands several times in a sentence about it; counted is the sentence. */
function wordsTimes({ once = '', way }, text) {
  // As JSON in JSON, quotes are escaped.
  return way === undefined
    ? times(text, once)
    : (text.match(new RegExp(`The person added \\W+${once.replaceAll('.', '\\.')}`, 'gu'))?.length ?? 0);
}

/** What did not reach the model, or reached it twice; in words. @param {readonly AgentStep[]} script @param {Seen} seen @param {readonly any[]} audit @param {number} [refusals]  how often the agent gives a refusal, by itself */
export function problemsOf(script, seen, audit, refusals = 1) {
  const problems = [];
  if (seen.said !== 'DONE') problems.push(seen.said ?? 'it did not come to the end of the script');
  for (const [number, step] of script.entries()) {
    const result = seen.results.get(number);
    if (!step.tool) continue;
    if (!result) {
      problems.push(`step ${number}, ${step.tool}: its result did not reach the model`);
      continue;
    }
    const often = step.once === undefined ? 1 : wordsTimes(step, result.text);
    const meant = step.isRefused ? refusals : 1;
    if (often !== meant) problems.push(`step ${number}, ${step.tool}: “${step.once}” reached the model ${often} times`);
    if (times(result.text, '"structuredContent"') > 0)
      problems.push(`step ${number}, ${step.tool}: the model was given the structure too`);
    const hasWord = result.text.includes('your client cannot show you');
    if (step.picture && result.pictures !== 1 && !hasWord)
      problems.push(`step ${number}: ${result.pictures} pictures reached the model`);
  }
  const refused = audit.filter(
    ({ type, outcome, tool, args }) =>
      type === 'tool.called' && outcome !== 'ok' && !(tool === 'file_read' && args?.path === 'no/such.md'),
  );
  for (const { tool, outcome, message } of refused) problems.push(`${tool} was refused: ${outcome}: ${message}`);
  return problems;
}

/**
 * Seconds from each drop until the hub had the agent's first call about it, by the way in which the agent learned of it.
 *
 * @param {readonly AgentStep[]} script @param {ReadonlyMap<string, number>} drops @param {readonly any[]} audit
 */
export function secondsToFirst(script, drops, audit) {
  /** @type {{ wait: number[], result: number[] }} */
  const seconds = { wait: [], result: [] };
  for (const { first } of script) {
    if (!first) continue;
    const written = audit.find(({ type, path }) => type === 'file.written' && path === first.drop);
    const call = audit.find(
      ({ type, tool, args }) => type === 'tool.called' && tool === 'file_read' && args?.path === first.drop,
    );
    if (drops.has(first.drop) && written && call) seconds[first.way].push((call.at - written.at) / 1_000);
  }
  return seconds;
}

/**
 * What its user did until its first call came, and how long the last of it took: from the start of the agent's turn to
 * the hub's word that it was called.
 *
 * @param {Awaited<ReturnType<typeof import('./run.mjs').runAgent>>} run @param {readonly any[]} audit @param {boolean} isSetUp
 */
export function stepsOf({ spoken, startedAt }, audit, isSetUp) {
  const first = audit.find(({ type }) => type === 'tool.called');
  if (!first) return 'no call';
  const adding = spoken.filter(({ command }) => command.includes(' mcp add ')).length;
  const typed = isSetUp ? ['signalbox setup'] : ['keys create', adding > 0 ? 'mcp add' : 'its file by hand'];
  return `${[...typed, 'start it'].join(', ')}: ${typed.length + 1}; ${((first.at - startedAt) / 1_000).toFixed(1)} s`;
}

/**
 * As {@link stepsOf}, for one that logs in, with the client that the hub's log says it was.
 *
 * @param {Awaited<ReturnType<typeof import('./run.mjs').runAgent>>} run @param {readonly any[]} audit @param {readonly unknown[]} [logins]
 */
export function loginStepsOf({ spoken, startedAt }, audit, logins = []) {
  const key = audit.find(({ type, login }) => type === 'key.created' && login);
  const first = audit.find(({ type, actor }) => type === 'tool.called' && actor.key === key?.keyId);
  if (!key || !first) return 'no call by a login';
  const added = spoken.some(({ command }) => command.includes(' mcp add ')) ? 'mcp add' : 'its file by hand';
  const steps = [added, ...(logins.length > 0 ? ['log in'] : []), 'Allow', 'start it'];
  return `${steps.join(', ')}: ${steps.length}, as “${key.login.client}”; ${((first.at - startedAt) / 1_000).toFixed(1)} s`;
}

/** @param {readonly number[]} list @param {number} part */
export function percentile(list, part) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted.length === 0
    ? '–'
    : sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)]?.toFixed(2);
}
