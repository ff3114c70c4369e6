import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * A hub as it is built, in a process of its own that can be ended and started again on its address, and the person at
 * its desk.
 *
 * @param {string} node @param {string} root @param {string} dataDir
 */
export async function startHub(node, root, dataDir) {
  const program = path.join(root, 'out/cli/main.js');
  const port = await freePort();
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  let ready = { url: '', adminToken: '' };
  const start = async () => {
    child = spawn(node, [program, 'serve', '--json', '--port', String(port), '--data-dir', dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { value: line } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
    ready = JSON.parse(line);
  };
  const stop = async () => {
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  };
  const command = (...args) => {
    const where = ['--url', ready.url, '--admin-token', ready.adminToken];
    const { stdout, stderr, status } = spawnSync(node, [program, ...args, ...where], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };
  await start();
  return {
    stop,
    mcp: () => `${ready.url}/mcp`,
    /** Where agents log in, and what the person's browser logs in to the desk with. */
    login: () => ({ url: `${ready.url}/agent/mcp`, adminToken: ready.adminToken }),
    restart: async () => {
      await stop();
      await start();
    },
    /** An editor's key. @param {string} name @returns {string} its secret */
    key: (name) =>
      JSON.parse(command('keys', 'create', name, '--workspace', 'default', '--role', 'editor', '--json')).secret,
    /** A key for `signalbox connect`, as a client that is set up gets it. @param {string} name */
    connectKey: (name) =>
      void command('keys', 'create', name, '--connect', '--workspace', 'default', '--role', 'editor'),
    /** A key is good no more. @param {string} name @param {'revoked' | 'suspended'} how */
    keyEnds: (name, how) => void command('keys', how === 'revoked' ? 'revoke' : 'suspend', name),
    /** What the hub says to who comes with a key. @param {string} key a secret, or none */
    sentenceFor: async (key) => {
      const answer = await fetch(`${ready.url}/mcp`, {
        method: 'POST',
        headers: {
          Accept: 'application/json, text/event-stream',
          'Content-Type': 'application/json',
          ...(key === '' ? {} : { Authorization: `Bearer ${key}` }),
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      });
      return (await answer.json()).error.message;
    },
    /** What the hub says to who takes it for an OAuth server. */
    oauthSentence: async () =>
      (await (await fetch(`${ready.url}/register`, { method: 'POST' })).json()).error_description,
    /** `signalbox setup` of a client in a home. @param {string} client @param {string} home @param {string} name of its key */
    setUp: (client, home, name) => {
      const args = ['setup', client, '--yes', '--allow', '--replace', '--as', name, '--data-dir', dataDir];
      const env = { PATH: process.env['PATH'], HOME: home };
      const { status, stderr } = spawnSync(node, [program, ...args], { encoding: 'utf8', env });
      if (status !== 0) throw new Error(stderr);
    },
    /** The person drops a file. @param {string} file @param {string | Uint8Array} content @returns {Promise<number>} when the hub had it, ms since the epoch */
    drop: async (file, content) => {
      const body = Buffer.from(content);
      const answer = await fetch(`${ready.url}/uploads`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${ready.adminToken}`,
          'Tus-Resumable': '1.0.0',
          'Upload-Length': String(body.length),
          'Upload-Metadata': `path ${Buffer.from(file).toString('base64')},workspace ${btoa('default')}`,
          'Content-Type': 'application/offset+octet-stream',
        },
        body,
      });
      if (answer.status !== 201) throw new Error(`${file} was not taken: ${answer.status} ${await answer.text()}`);
      return Date.now();
    },
    /** All that is in the log. */
    audit: () =>
      command('audit', 'export', '--format', 'jsonl')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
