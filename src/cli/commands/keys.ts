import type { StateSnapshot } from '../../protocol/snapshot.ts';
import type { KeyState } from '../../protocol/state.ts';
import type { ToolSetName } from '../../protocol/tool-policy.ts';
import { toolSetWords } from '../../protocol/words/policy-words.ts';
import { workspaceLabel } from '../../protocol/words/workspace-label.ts';
import { parseExpiry, parseSpan } from '../expiry.ts';
import { findHub } from '../find-hub.ts';
import { writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import { keyMeant } from '../key-meant.ts';
import type { KeysCreateOptions, KeysRotateOptions, KeysSuspendOptions, TalkOptions } from '../command-options.ts';
import { readState } from '../read-state.ts';
import { table } from '../table.ts';
import { workspaceMeant } from '../workspace-meant.ts';

/** `keys create`: the secret is alone on stdout; the explanation goes to stderr. */
export async function keysCreate(name: string, options: KeysCreateOptions, host: CliHost): Promise<void> {
  const expiresAt = options.expires === undefined ? undefined : parseExpiry(options.expires, Date.now());
  await withHub(await findHub(options, host), async (hub) => {
    const workspace = workspaceMeant(await readState(hub), options.workspace);
    if (options.connect) {
      const { keyId } = await hub.api.connectKeyCreate({ name, role: options.role, workspace: workspace.id });
      if (options.json) writeJson(host, { keyId, name, workspace: workspace.id, role: options.role });
      else host.write(`${keyId}: ${name} is for: signalbox connect --as ${name}\n`);
      return;
    }
    const { keyId, secret } = await hub.api.keyCreate({
      name,
      roles: { [workspace.id]: options.role },
      ...(expiresAt === undefined ? {} : { expiresAt }),
      tools: { set: options.tools },
      ...(options.note === undefined ? {} : { note: options.note }),
    });
    if (options.json) {
      writeJson(host, { keyId, name, workspace: workspace.id, role: options.role, expiresAt, secret });
      return;
    }
    host.writeError(`${keyId}: ${name} is ${options.role} of ${workspace.name}. Its key is shown this once:\n`);
    host.write(`${secret}\n`);
  });
}

/** `keys list`: all keys ever made, the revoked ones too. */
export async function keysList(options: TalkOptions, host: CliHost): Promise<void> {
  const state = await withHub(await findHub(options, host), readState);
  const keys = state.keys.map((key) => ({
    keyId: key.id,
    name: key.name,
    status: statusOf(key, Date.now()),
    roles: rolesOf(state, key.id),
    createdAt: key.createdAt,
    expiresAt: key.expiresAt, // JSON leaves out what is undefined
    revokedAt: key.revokedAt,
  }));
  if (options.json) {
    for (const key of keys) writeJson(host, key);
    return;
  }
  const rows = keys.map(({ keyId, name, status, roles, expiresAt }) => [
    keyId,
    name,
    status,
    expiresAt === undefined ? 'never' : new Date(expiresAt).toISOString(),
    Object.entries(roles)
      .map(([workspace, role]) => `${workspace}:${role}`)
      .join(' '),
  ]);
  host.write(table([['KEY', 'NAME', 'STATUS', 'EXPIRES', 'ROLES'], ...rows]));
}

/** `keys rotate`: the new secret is alone on stdout; until when the old one is good goes to stderr. */
export async function keysRotate(idOrName: string, options: KeysRotateOptions, host: CliHost): Promise<void> {
  const graceMs = parseSpan(options.grace, '--grace');
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    const { secret, graceUntil } = await hub.api.keyRotate({ keyId: key.id, graceMs });
    if (options.json) {
      writeJson(host, { keyId: key.id, name: key.name, graceUntil, secret });
      return;
    }
    const until = graceMs === 0 ? 'ended at once' : `is good until ${new Date(graceUntil).toISOString()}`;
    host.writeError(`${key.id}: ${key.name} has a new secret, shown this once; the old one ${until}:\n`);
    host.write(`${secret}\n`);
  });
}

/** `keys tools`: which set of tools a key has. */
export async function keysTools(
  idOrName: string,
  set: ToolSetName,
  options: TalkOptions,
  host: CliHost,
): Promise<void> {
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    await hub.api.keySetTools({ keyId: key.id, tools: { set } });
    if (options.json) writeJson(host, { keyId: key.id, name: key.name, tools: { set } });
    else host.write(`${key.id}: ${key.name} has ${toolSetWords[set]}\n`);
  });
}

/** `keys news`: whether results of its calls carry what is new for its agents. */
export async function keysNews(idOrName: string, on: boolean, options: TalkOptions, host: CliHost): Promise<void> {
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    await hub.api.keyUpdate({ keyId: key.id, news: on });
    if (options.json) writeJson(host, { keyId: key.id, name: key.name, news: on });
    else host.write(`${key.id}: results of ${key.name} carry ${on ? 'news' : 'no news'}\n`);
  });
}

/** `keys suspend`: stops a key until it is resumed. */
export async function keysSuspend(idOrName: string, options: KeysSuspendOptions, host: CliHost): Promise<void> {
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    await hub.api.keySuspend({ keyId: key.id, ...(options.reason === undefined ? {} : { reason: options.reason }) });
    if (options.json) writeJson(host, { keyId: key.id, name: key.name, suspended: true });
    else host.write(`${key.id}: ${key.name} is suspended\n`);
  });
}

/** `keys resume`: lifts a suspension. */
export async function keysResume(idOrName: string, options: TalkOptions, host: CliHost): Promise<void> {
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    await hub.api.keyResume({ keyId: key.id });
    if (options.json) writeJson(host, { keyId: key.id, name: key.name, resumed: true });
    else host.write(`${key.id}: ${key.name} may go on\n`);
  });
}

/** `keys revoke`, by id or name. */
export async function keysRevoke(idOrName: string, options: TalkOptions, host: CliHost): Promise<void> {
  await withHub(await findHub(options, host), async (hub) => {
    const key = keyMeant(await readState(hub), idOrName);
    await hub.api.keyRevoke({ keyId: key.id });
    if (options.json) writeJson(host, { keyId: key.id, name: key.name, revoked: true });
    else host.write(`${key.id}: ${key.name} is revoked\n`);
  });
}

type Status = 'active' | 'expired' | 'revoked' | 'suspended';

function statusOf({ revokedAt, suspendedAt, expiresAt }: KeyState, now: number): Status {
  if (revokedAt !== undefined) return 'revoked';
  if (suspendedAt !== undefined) return 'suspended';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
}

function rolesOf({ workspaces }: StateSnapshot, keyId: string): Record<string, string> {
  return Object.fromEntries(
    workspaces.flatMap((each) => {
      const role = each.roles[keyId];
      return role ? [[workspaceLabel(each, workspaces), role]] : [];
    }),
  );
}
