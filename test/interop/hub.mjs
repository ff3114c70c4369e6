import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from './clients/sdk-1.mjs';
import { run } from './program.mjs';

/**
 * A hub as it is built, in a process of its own, and an agent that writes beside the clients.
 *
 * @param {string} node @param {string} root @param {string} dataDir
 */
export async function startHub(node, root, dataDir) {
  const program = path.join(root, 'out/cli/main.js');
  const child = spawn(node, [program, 'serve', '--json', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { value: line } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  const { url, adminToken, firstKey } = JSON.parse(line);
  const writer = await connect({
    url: `${url}/mcp`,
    wire: 'streamable',
    headers: { Authorization: `Bearer ${firstKey}` },
  });
  return {
    url,
    adminToken,
    /**
     * Makes a key.
     *
     * @param {string} name @param {string} role @param {string} tools a set of tools
     * @returns {Promise<string>} its secret
     */
    key: async (name, role, tools) => {
      const args = ['keys', 'create', name, '--workspace', 'default', '--role', role, '--tools', tools, '--json'];
      const made = await run(node, [program, ...args, '--url', url, '--admin-token', adminToken]);
      return JSON.parse(made).secret;
    },
    /** Writes a file. @param {string} file @returns {Promise<number>} seq of its event */
    write: async (file) => {
      await writer.call('file_write', { path: file, text: 'news\n' });
      const { structuredContent } = await writer.call('event_list', { limit: 1 });
      return structuredContent.last_seq;
    },
    stop: async () => {
      await writer.close();
      child.kill('SIGTERM');
      await once(child, 'close');
    },
  };
}
