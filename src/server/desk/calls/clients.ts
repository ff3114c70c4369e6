import type { HubAnswers } from '../../../protocol/api.ts';
import type { clientCalls } from '../../../protocol/calls/clients.ts';
import type { Hub } from '../../../hub/hub.ts';
import { isSameName } from '../../../hub/rules/names.ts';
import { HubError } from '../../../protocol/errors.ts';
import type { Role } from '../../../protocol/roles.ts';
import type { ClientSetup } from '../../../setup/client-setup.ts';
import { connectKey, nameTaken } from '../connect-key.ts';
import type { CallDeps } from '../deps.ts';
import { workspaceOf } from '../workspace-of.ts';

type ClientAnswers = Pick<HubAnswers, keyof typeof clientCalls>;

/** Clients of this machine. A page names one by its id; which file that is, and what is written, it cannot say. */
export function answerClientCalls(deps: CallDeps): ClientAnswers {
  let opened: Promise<ClientSetup> | undefined;
  const clients = (): Promise<ClientSetup> => (opened ??= open(deps));
  return {
    clientList: async () => {
      const setup = await clients();
      return { clients: await setup.list(), others: await setup.others() };
    },
    clientPreview: async ({ client, ...choice }) => {
      checkAgent(deps, choice);
      return (await clients()).preview(client, choice);
    },
    clientSetUp: async ({ client, digest, replace, ...choice }) => {
      checkAgent(deps, choice);
      const changed = await (await clients()).setUp(client, choice, { digest, replace });
      await letInAgain(deps, choice);
      return changed;
    },
    clientPreviewTakeBack: async ({ client }) => (await clients()).previewTakeBack(client),
    clientTakeBack: async ({ client, digest }) => (await clients()).takeBack(client, digest),
  };
}

/** The calls for a desk that may be on another machine: what to copy, and no file. */
export function clientsElsewhere(url: () => string): ClientAnswers {
  const why =
    'This hub is reached from other machines, so it does not know whether your clients are on its own. Set them up where they are: copy the text, and give each a key.';
  const refuse = async (): Promise<never> => {
    throw new HubError('unsupported', why);
  };
  return {
    clientList: async () => {
      const { offersElsewhere } = await import('../../../setup/client-setup.ts');
      const { othersSnippets } = await import('../../../setup/snippets.ts');
      return { clients: offersElsewhere(url()), others: othersSnippets(undefined, url()), elsewhere: why };
    },
    clientPreview: refuse,
    clientSetUp: refuse,
    clientPreviewTakeBack: refuse,
    clientTakeBack: refuse,
  };
}

interface AgentAsked {
  readonly as: string;
  readonly role?: Role | undefined;
  readonly workspace?: string | undefined;
}

/** What would refuse the agent only when it starts is said before its entry is written. */
function checkAgent({ hub }: CallDeps, { as, workspace }: AgentAsked): void {
  checkConnectName(hub, as);
  if (workspace !== undefined) workspaceOf(hub, workspace);
}

/** A name whose key was revoked gets a new one: to set it up once more is the person's own wish. */
async function letInAgain({ hub, connectSecret }: CallDeps, { as, ...asked }: AgentAsked): Promise<void> {
  if (!isOnlyRevoked(hub, as)) return;
  await connectKey(hub, connectSecret, {
    name: as,
    role: asked.role ?? 'editor',
    workspace: asked.workspace,
    again: true,
  });
}

/**
 * Checks that `signalbox connect` could have a key of this name.
 *
 * @throws HubError `name_taken` where it is that of a key that was made otherwise
 */
function checkConnectName(hub: Hub, name: string): void {
  const usable = [...hub.state.keys.values()].find((key) => isSameName(key.name, name) && key.revokedAt === undefined);
  if (usable && usable.connectSalt === undefined) throw nameTaken(usable);
}

/** Whether the person has revoked every key that a name had. */
function isOnlyRevoked(hub: Hub, name: string): boolean {
  const named = [...hub.state.keys.values()].filter((key) => isSameName(key.name, name));
  return named.length > 0 && named.every((key) => key.revokedAt !== undefined);
}

/** The clients' code is loaded when somebody looks at them: no start needs it. */
async function open({ hub, url, isUsualDataDir, clientsOf }: CallDeps): Promise<ClientSetup> {
  const { ClientSetup } = await import('../../../setup/client-setup.ts');
  const { thisMachine } = await import('../../../setup/machine.ts');
  const { dataDir, now } = hub;
  return new ClientSetup({ machine: thisMachine(process.env), ...clientsOf, dataDir, isUsualDataDir, url, now });
}
