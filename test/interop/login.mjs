import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { browserFor } from '../agents/login.mjs';
import { bin } from './program.mjs';

/** @typedef {{ url: string, env: Record<string, string>, browser: string, home: string }} LoginPlace */

/**
 * Some find no browser where there is no desktop, and show the address: the person opens it. Gives what a client says to
 * that person; answers all that it said.
 *
 * @param {LoginPlace} place @returns {(chunk: unknown) => string}
 */
function readBy({ env, browser }) {
  let heard = '';
  let isOpened = false;
  return (chunk) => {
    heard += String(chunk);
    const [page] = /http\S+\/agent\/authorize\S+(?=\s)/u.exec(heard) ?? [];
    if (page !== undefined && !isOpened) {
      isOpened = true;
      spawn(browser, [page], { env, stdio: 'ignore' });
    }
    return heard;
  };
}

/**
 * Runs a program to its end.
 *
 * @param {string} name @param {readonly string[]} args @param {LoginPlace} place
 * @param {(chunk: unknown) => void} [hears]  gets what it says
 * @returns {Promise<string>} all that it said
 */
function said(name, args, { env, home }, hears = () => undefined) {
  const child = spawn(bin(name), args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 90_000 });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
      hears(chunk);
    });
  return new Promise((resolve) => child.on('close', () => resolve(text)));
}

/** How each logs in, and what it says of the tools then. @type {Readonly<Record<string, (place: LoginPlace) => Promise<string>>>} */
export const logins = {
  mcporter: async (place) => {
    const server = ['--http-url', place.url, '--name', 'signalbox', '--allow-http'];
    await said('mcporter', ['auth', ...server], place);
    return await said('mcporter', ['list', ...server], place);
  },
  '@modelcontextprotocol/inspector': async (place) => {
    const env = { ...place.env, MCP_AUTO_OPEN_ENABLED: 'true' }; // it has no terminal here
    const list = ['--cli', place.url, '--transport', 'http', '--method', 'tools/list'];
    return await said('mcp-inspector', list, { ...place, env }, readBy(place));
  },
  'mcp-remote': async (place) => {
    const { url, env } = place;
    const transport = new StdioClientTransport({ command: bin('mcp-remote'), args: [url], env, stderr: 'pipe' });
    transport.stderr?.on('data', readBy(place));
    const client = new Client({ name: 'interop', version: '1.0.0' });
    await client.connect(transport, { timeout: 90_000 });
    const { tools } = await client.listTools();
    await client.close();
    return JSON.stringify(tools.map(({ name }) => name));
  },
};

/**
 * Lets a client log in, with a browser in which the person allows it.
 *
 * @param {string} name @param {{ url: string, adminToken: string, folder: string, node: string }} given
 * @returns {Promise<string | undefined>} what it said where it has no tools after that
 */
export async function triedLogin(name, { url, adminToken, folder, node }) {
  const home = path.join(folder, name.replaceAll('/', '-'));
  mkdirSync(home, { recursive: true });
  const found = browserFor({ folder: home, node, adminToken }, `${path.dirname(node)}:${process.env['PATH']}`);
  const env = { ...found, HOME: home, LANG: 'C.UTF-8', TERM: 'xterm-256color', NO_COLOR: '1' };
  const words = await logins[name]?.({ url: `${url}/agent/mcp`, env, browser: found['BROWSER'] ?? '', home });
  return words?.includes('whoami') && words.includes('event_wait') ? undefined : (words ?? 'it cannot log in');
}
