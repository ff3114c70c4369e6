import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { wireNames, wireSchema, type Wire } from '../../protocol/events/sessions.ts';
import { runSampleAgents } from '../../sandbox/run-sample-agents.ts';
import { findHub, type HubAddress } from '../find-hub.ts';
import { EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AgentOptions } from '../options.ts';
import { readState } from '../read-state.ts';
import { AGENT_KEYS_VARIABLE } from '../sample-agent-process.ts';
import { workspaceMeant } from '../workspace-meant.ts';

/** Keys expire after a day, in case nobody can revoke them at the end. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1000;

/** A call to a hub that was killed fails only after a minute; do not wait that long. */
const STOP_MS = 2_000;

type AgentKeys = Record<Wire, string>;
const agentKeysSchema = z.object({ sse: z.string(), streamable: z.string(), modern: z.string() });

/**
 * `agent`: three sample agents, one on each wire, until interrupted. It makes a key for each through the hub
 * and revokes it at the end. A hub that starts this command passes the keys itself, and ends it by closing
 * the channel between the two processes.
 */
export async function agent(options: AgentOptions, host: CliHost): Promise<number> {
  const given = host.env[AGENT_KEYS_VARIABLE];
  if (given !== undefined && options.url !== undefined && options.workspace !== undefined) {
    return run(options.url, options.workspace, agentKeysSchema.parse(JSON.parse(given)), options, host);
  }
  const address = await findHub(options, host);
  const made = await createKeys(address, options.workspace);
  try {
    return await run(address.url, made.workspace, made.keys, options, host);
  } finally {
    await revokeKeys(address, made.keyIds);
  }
}

async function run(
  url: string,
  workspace: string,
  keys: AgentKeys,
  options: AgentOptions,
  host: CliHost,
): Promise<number> {
  const agents = runSampleAgents({
    url,
    workspace,
    keys,
    log: (line) => {
      if (options.json) writeJson(host, { at: Date.now(), line });
      else host.write(`${line}\n`);
    },
  });
  const asked = Promise.withResolvers<void>();
  const stopListening = host.onSignal(() => asked.resolve());
  const onDisconnect = (): void => asked.resolve();
  process.once('disconnect', onDisconnect);
  try {
    await Promise.race([agents.done, asked.promise]);
    await withinMs(STOP_MS, agents.stop());
    return EXIT.ok;
  } finally {
    stopListening();
    process.off('disconnect', onDisconnect);
  }
}

/** Resolves when `work` does, or when the time is up. */
async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  const up = Promise.withResolvers<void>();
  const timer = setTimeout(up.resolve, ms);
  try {
    await Promise.race([work, up.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function createKeys(
  address: HubAddress,
  workspaceName: string | undefined,
): Promise<{ workspace: string; keys: AgentKeys; keyIds: string[] }> {
  return withHub(address, async (hub) => {
    const state = await readState(hub);
    const workspace = workspaceMeant(state, workspaceName).id;
    const run = randomBytes(2).toString('hex'); // several may run beside each other
    const keys: AgentKeys = { sse: '', streamable: '', modern: '' };
    const keyIds: string[] = [];
    for (const wire of wireSchema.options) {
      const { keyId, secret } = await hub.api.keyCreate({
        name: `sample-${wireNames[wire]}-${run}`,
        roles: { [workspace]: 'editor' },
        expiresAt: Date.now() + KEY_LIFE_MS,
      });
      keyIds.push(keyId);
      keys[wire] = secret;
    }
    return { workspace, keys, keyIds };
  });
}

async function revokeKeys(address: HubAddress, keyIds: readonly string[]): Promise<void> {
  try {
    await withHub(address, async ({ api }) => {
      for (const keyId of keyIds) await api.keyRevoke({ keyId });
    });
  } catch {
    // The hub is gone, so the keys cannot be revoked; they expire.
  }
}
