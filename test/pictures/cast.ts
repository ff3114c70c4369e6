import { RawSse } from '../bench/support/raw-sse.ts';
import { connections } from '../../src/sandbox/connect-by-wire.ts';
import { STATELESS, type Wire } from '../../src/protocol/wire-names.ts';
import type { Role } from '../../src/protocol/roles.ts';
import { connectDashboard } from '../support/dashboard-client.ts';
import type { HubProcess } from '../support/hub-process.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** An agent of the pictures. */
export interface Actor {
  readonly name: string;
  readonly key: string;
  readonly keyId: string;
  /** Whether the tool did what it was called for; a refusal is a thing to be seen too. */
  call(tool: string, args: Arguments): Promise<boolean>;
  /** Its connection ends without a goodbye. */
  drop(): void;
  /** It comes back after {@link Actor.drop}. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Clients that people use, in versions as they call themselves. */
const clients = [
  { name: 'claude-code', version: '2.1.332' },
  { name: 'codex-mcp-client', version: '0.171.0' },
  { name: 'cursor-vscode', version: '1.0.0' },
  { name: 'gemini-cli-mcp-client', version: '0.61.0' },
  { name: 'opencode', version: '1.18.33' },
] as const;

/** Brings agents on, each with a key of its own, and ends what it brought. */
export class Cast {
  readonly #hub: HubProcess;
  readonly #desk: Awaited<ReturnType<typeof connectDashboard>>;
  readonly workspace: string;
  readonly #actors: Actor[] = [];

  private constructor(hub: HubProcess, desk: Awaited<ReturnType<typeof connectDashboard>>, workspace: string) {
    this.#hub = hub;
    this.#desk = desk;
    this.workspace = workspace;
  }

  static async of(hub: HubProcess): Promise<Cast> {
    const { url, adminToken } = hub.announced;
    const desk = await connectDashboard(url, { authorization: `Bearer ${adminToken}` });
    const answer = await desk.api.open({});
    const [workspace] = answer.kind === 'snapshot' ? answer.state.workspaces : [];
    return new Cast(hub, desk, String(workspace?.id));
  }

  get desk() {
    return this.#desk.api;
  }

  get url(): string {
    return this.#hub.announced.url;
  }

  /** A key of that name; the agent may do all that its role may. */
  async key(name: string, role: Role = 'editor'): Promise<{ readonly secret: string; readonly keyId: string }> {
    return await this.#desk.api.keyCreate({ name, roles: { [this.workspace]: role }, tools: { set: 'all' } });
  }

  /** An agent on an official client, subscribed to what happens. */
  async official(name: string, wire: Wire, role: Role = 'editor'): Promise<Actor> {
    const { secret, keyId } = await this.key(name, role);
    const link = await connections[wire]({
      url: this.url,
      key: secret,
      name,
      subscribeTo: `signalbox://workspaces/${this.workspace}/events`,
      onEvent: () => undefined,
      onLost: () => undefined,
    });
    return this.#on({
      name,
      key: secret,
      keyId,
      call: async (tool, args) =>
        await link.call(tool, args, { timeoutMs: 70_000 }).then(
          () => true,
          () => false,
        ),
      drop: () => undefined,
      comeBack: async () => undefined,
      close: async () => await link.close().catch(() => undefined),
    });
  }

  /** An agent on bare sockets: hundreds cost no more than their share. It calls itself as a client that people use. */
  async plain(name: string, role: Role = 'editor'): Promise<Actor> {
    const { secret, keyId } = await this.key(name, role);
    const clientInfo = clients[this.#actors.length % clients.length] ?? clients[0];
    const open = async (): Promise<RawSse> => await RawSse.open(new URL('/sse', this.url), secret, clientInfo);
    let line = await open();
    return this.#on({
      name,
      key: secret,
      keyId,
      call: async (tool, args) => {
        const { result } = await line.request('tools/call', { name: tool, arguments: args });
        return result?.isError !== true;
      },
      drop: () => line.close(),
      comeBack: async () => {
        line = await open();
      },
      close: async () => line.close(),
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#actors.map(async (actor) => await actor.close()));
    this.#desk.close();
  }

  #on(actor: Actor): Actor {
    this.#actors.push(actor);
    return actor;
  }
}

export const wiresInTurn: readonly Wire[] = ['sse', 'streamable', STATELESS];
