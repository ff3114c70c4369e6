import http from 'node:http';
import { rpc } from '../../../support/wire-client.ts';
import { count } from '../../support/report.ts';
import type { Attack } from './attack.ts';
import { inTurns, keyAt, openSession } from './agents.ts';

const PINGS = 30_000;
const SESSIONS = 20;
const HEADER = 'h'.repeat(12_000);

/** Pings with a header of 12 KB each, kept as frames. */
export const longHeaders: Attack = async ({ hub, keys }) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: SESSIONS });
  const sessions = await Promise.all(Array.from({ length: SESSIONS }, (_, n) => openSession(hub.url, keyAt(keys, n))));
  const body = JSON.stringify(rpc(1, 'ping'));
  const { done } = await inTurns(PINGS, SESSIONS, async (n) => {
    const headers = {
      ...sessions[n % SESSIONS],
      'content-type': 'application/json',
      accept: 'application/json',
      'x-long': `${n}${HEADER}`,
    };
    await ping(`${hub.url}/mcp`, agent, headers, body);
  });
  agent.destroy();
  return { words: `${count(done)} pings answered` };
};

function ping(url: string, agent: http.Agent, headers: Record<string, string>, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error('refused'))));
    });
    request.on('error', reject).end(body);
  });
}
