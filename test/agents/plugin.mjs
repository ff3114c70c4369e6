import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { toItsEnd } from './run.mjs';
import { startModel } from './model/server.mjs';

const DROP = 'inbox/for-the-plugin.md';

/**
 * Claude Code with the plugin folder of `npm run bundle`: its own validation, and what its model is given at a prompt
 * while there is no hub, with one, and after the person dropped a file.
 *
 * @param {import('./programs.mjs').Program} program  Claude Code
 * @param {{ root: string, node: string, folder: string, startHub: () => Promise<Awaited<ReturnType<typeof import('./hub.mjs').startHub>>>, say: (line: string) => void }} given
 *   the hub's data directory is `data` in `folder`
 * @returns {Promise<string[]>} what is not as it should be
 */
export async function withPlugin(program, { root, node, folder, startHub, say }) {
  const problems = [];
  const bundled = spawnSync(node, [path.join(root, 'src/bundle/bundle.ts'), path.join(folder, 'bundle')], {
    encoding: 'utf8',
  });
  if (bundled.status !== 0) throw new Error(bundled.stderr);
  const plugin = path.join(folder, 'bundle/claude-code-plugin');
  /** @type {string[]} */
  const requests = [];
  const model = await startModel([{ say: 'DONE' }], (request) => requests.push(request));
  const place = { home: folder, work: folder, url: '', key: '', model: model.url, prompt: 'Say DONE.' };
  const env = {
    PATH: `${path.dirname(node)}:${process.env['PATH']}`,
    HOME: folder,
    TMPDIR: folder,
    SIGNALBOX_DATA_DIR: path.join(folder, 'data'),
    ...program.env(place),
  };
  const bin = path.join(import.meta.dirname, 'node_modules/.bin', program.bin);
  const claude = (...args) => toItsEnd(bin, args, { cwd: folder, env, over: new Promise(() => undefined) });
  const turn = async (what) => {
    requests.length = 0;
    const started = Date.now();
    const { code } = await claude(...program.run(place), '--plugin-dir', plugin);
    // Questions on the side, such as one for a title, are shorter.
    const given = requests.toSorted((a, b) => b.length - a.length)[0] ?? '';
    say(`  ${what}: ${((Date.now() - started) / 1_000).toFixed(1)} s, ended with ${code}`);
    if (code !== 0 || given === '') problems.push(`${what}: the turn was not done`);
    return given;
  };
  try {
    const { code, said } = await claude('plugin', 'validate', '--profile', 'directory', plugin);
    if (code !== 0) problems.push(`its validation does not take the plugin: ${said.trim().replaceAll(/\s+/gu, ' ')}`);
    const alone = await turn('a prompt while there is no hub');
    if (/Signalbox: /u.test(alone)) problems.push('something was said of a hub that is not there');
    const hub = await startHub();
    try {
      await turn('a first prompt with a hub');
      await hub.drop(DROP, '# For the plugin\n');
      const given = await turn('a prompt after a drop');
      if (!given.includes('Call whoami first.')) problems.push('the model was not told who is there');
      const times = given.split(`The person added`).length - 1;
      if (times !== 1) problems.push(`what is new was given to the model ${times} times`);
      if ((await turn('the next prompt')).includes(DROP)) problems.push('what was new was given again');
    } finally {
      await hub.stop();
    }
  } finally {
    await model.close();
  }
  return problems;
}
