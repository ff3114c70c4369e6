import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyWithSecret } from '../../src/server/desk/new-key.ts';
import type { HubServer, HubServerOptions } from '../../src/server/hub-server.ts';
import { startHub } from '../../src/server/start.ts';
import type { Role } from '../../src/protocol/roles.ts';

/** A hub of a test's own: in a temporary directory, on a free port. */
export interface TestServer {
  readonly server: HubServer;
  readonly url: string;
  /** Secret of the first agent's key, owner of the workspace `default`. */
  readonly key: string;
  /** Id of the workspace `default`. */
  readonly workspace: string;
  readonly dataDir: string;
  /** Makes a key with a role in the workspace `default`, or with none. Answers its secret and id. */
  newKey(name: string, role?: Role): Promise<{ readonly secret: string; readonly keyId: string }>;
  /** Closes the hub and starts another on the same data and port. */
  restart(options?: HubServerOptions): Promise<void>;
  /** Closes the hub and removes its directory. */
  close(): Promise<void>;
}

/** Starts a hub as the product does. Close it at the end of the test. */
export async function startTestHub(options: HubServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'signalbox-test-')));
  let server = await startHub({ port: 0, firstKeyTools: { set: 'all' }, ...options, dataDir });
  const key = server.firstKey ?? '';
  const [workspace = ''] = server.hub.state.workspaces.keys();
  return {
    get server() {
      return server;
    },
    get url() {
      return server.url;
    },
    key,
    workspace,
    dataDir,
    async newKey(name, role) {
      const roles = role === undefined ? {} : { [workspace]: role };
      return createKeyWithSecret(server.hub, { name, roles, tools: { set: 'all' } });
    },
    async restart(changed = {}) {
      const port = Number(new URL(server.url).port);
      await server.close();
      server = await startHub({ ...options, port, ...changed, dataDir });
    },
    async close() {
      await server.close();
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
