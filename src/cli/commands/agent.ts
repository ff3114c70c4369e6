import { randomBytes } from 'node:crypto';
import { agentKeysIn } from '../../server/desk/agent-command.ts';
import { makeAgentKeys, type AgentKeys } from '../../server/desk/agent-keys.ts';
import { runSampleAgents } from '../../sandbox/run-sample-agents.ts';
import { findHub, type HubAddress } from '../find-hub.ts';
import { EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import type { AgentOptions } from '../command-options.ts';
import { readState } from '../read-state.ts';
import { workspaceMeant } from '../workspace-meant.ts';

/** A call to a hub that was killed fails only after a minute; do not wait that long. */
const STOP_MS = 2_000;

/**
 * `agent`: three sample agents, one on each wire, until interrupted. It makes a key for each through the hub
 * and revokes it at the end. A hub that starts this command passes the keys itself, and ends it by closing
 * the channel between the two processes.
 */
export async function agent(options: AgentOptions, host: CliHost): Promise<number> {
  const given = agentKeysIn(host.env);
  if (given !== undefined && options.url !== undefined && options.workspace !== undefined) {
    return run(options.url, options.workspace, given, options, host);
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
): Promise<{ workspace: string; keys: AgentKeys; keyIds: readonly string[] }> {
  return withHub(address, async (hub) => {
    const state = await readState(hub);
    const workspace = workspaceMeant(state, workspaceName).id;
    const run = randomBytes(2).toString('hex'); // several may run beside each other
    const made = await makeAgentKeys(
      {
        create: (input) => hub.api.keyCreate(input),
        revokeAll: (keyIds) => revokeKeys(address, keyIds),
        now: Date.now,
      },
      workspace,
      `-${run}`,
    );
    return { workspace, ...made };
  });
}

async function revokeKeys(address: HubAddress, keyIds: readonly string[]): Promise<void> {
  try {
    await withHub(address, async ({ api }) => {
      for (const keyId of keyIds) await api.keyRevoke({ keyId });
    });
  } catch {
    // The hub has gone: it cannot revoke the keys, which expire.
  }
}
