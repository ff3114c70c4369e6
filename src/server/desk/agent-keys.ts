import { HubError } from '../../protocol/errors.ts';
import type { NewKey } from '../../protocol/records.ts';
import type { Role } from '../../protocol/roles.ts';
import { STATELESS, type Wire, wireNames, wires } from '../../protocol/wire-names.ts';

/** The secrets of the sample agents: one key for each wire. */
export type AgentKeys = Readonly<Record<Wire, string>>;

/** Long enough to look around for a day; a key that nobody revokes is useless after that. */
const KEY_LIFE_MS = 24 * 60 * 60 * 1000;

export interface AgentKeyDeps {
  readonly create: (input: {
    readonly name: string;
    readonly roles: Readonly<Record<string, Role>>;
    readonly expiresAt: number;
  }) => Promise<NewKey>;
  /** For the keys already made when one cannot be; must not throw. */
  readonly revokeAll: (keyIds: readonly string[]) => Promise<void>;
  /** Ms since the epoch. */
  readonly now: () => number;
}

/**
 * Makes an editor's key of a workspace for each wire, or none. If a name is taken, the person has such a key:
 * another name is used.
 *
 * @param suffix after `sample-` and the wire's name
 */
export async function makeAgentKeys(
  { create, revokeAll, now }: AgentKeyDeps,
  workspace: string,
  suffix = '',
): Promise<{ readonly keys: AgentKeys; readonly keyIds: readonly string[] }> {
  const keys: Record<Wire, string> = { sse: '', streamable: '', [STATELESS]: '' };
  const keyIds: string[] = [];
  const createFor = async (wire: Wire): Promise<NewKey> => {
    const name = `sample-${wireNames[wire]}${suffix}`;
    for (let n = 1; ; n++) {
      try {
        return await create({
          name: n === 1 ? name : `${name}-${n}`,
          roles: { [workspace]: 'editor' },
          expiresAt: now() + KEY_LIFE_MS,
        });
      } catch (error) {
        if (!(error instanceof HubError && error.code === 'name_taken')) throw error;
      }
    }
  };
  try {
    for (const wire of wires) {
      const { keyId, secret } = await createFor(wire);
      keyIds.push(keyId);
      keys[wire] = secret;
    }
  } catch (error) {
    await revokeAll(keyIds);
    throw error;
  }
  return { keys, keyIds };
}
