import { expect, test } from 'vitest';
import { HubError } from '../../src/protocol/errors.ts';
import { makeAgentKeys } from '../../src/server/desk/agent-keys.ts';

const now = () => 1_000;

test('[CL15] a name that is taken is left to its key, and the agent gets one beside it', async () => {
  const taken = new Set(['sample-sse', 'sample-sse-2']);
  const names: string[] = [];
  const { keys, keyIds } = await makeAgentKeys(
    {
      now,
      revokeAll: async () => undefined,
      create: async ({ name, roles, expiresAt }) => {
        if (taken.has(name)) throw new HubError('name_taken', `${name} is taken`);
        expect({ roles, expiresAt }).toEqual({ roles: { wsp_1: 'editor' }, expiresAt: 1_000 + 86_400_000 });
        names.push(name);
        return { keyId: `key_${names.length}`, secret: `secret of ${name}` };
      },
    },
    'wsp_1',
  );
  expect(names).toEqual(['sample-sse-3', 'sample-streamable', 'sample-stateless']);
  expect(keyIds).toEqual(['key_1', 'key_2', 'key_3']);
  expect(keys).toMatchObject({ sse: 'secret of sample-sse-3', streamable: 'secret of sample-streamable' });
});

test('[CL15] when one key cannot be made, those made before are revoked', async () => {
  const revoked: string[] = [];
  let made = 0;
  const making = makeAgentKeys(
    {
      now,
      revokeAll: async (keyIds) => void revoked.push(...keyIds),
      create: async () => {
        made += 1;
        if (made === 3) throw new HubError('storage_failed', 'The disk is full');
        return { keyId: `key_${made}`, secret: '' };
      },
    },
    'wsp_1',
  );
  await expect(making).rejects.toMatchObject({ code: 'storage_failed' });
  expect(revoked).toEqual(['key_1', 'key_2']);
});
