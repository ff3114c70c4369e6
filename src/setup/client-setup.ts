import type { ClientChange, ClientChanged, ClientHere, ClientOffer, ClientSnippet } from '../protocol/client-offers.ts';
import { HubError } from '../protocol/errors.ts';
import type { ClientKind, ConnectCommand, Entry } from './client.ts';
import { SERVER_NAME } from './client.ts';
import { readClientFile } from './client-file.ts';
import { clientKind, clientKinds } from './clients.ts';
import { agentIn, commandFor, type AgentChoice } from './connect-arguments.ts';
import { connectProgram } from './connect-program.ts';
import { entryIn } from './edit/edit-entry.ts';
import type { Machine } from './machine.ts';
import { fileOf, isOnMachine } from './on-machine.ts';
import { SetUpRecords } from './records.ts';
import { previewSetUp, previewTakeBack, read, setUp, takeBack, textOf, type SetUpSubject } from './set-up.ts';
import { othersSnippets, snippetsOf } from './snippets.ts';

export interface ClientSetupOptions {
  readonly machine: Machine;
  readonly dataDir: string;
  /** Whether that is where `connect` looks without being told. */
  readonly isUsualDataDir: boolean;
  /** The hub's address without a path. */
  readonly url: () => string;
  readonly now: () => number;
  /** Default: as this process is run. */
  readonly program?: () => Promise<ConnectCommand>;
}

/** What a client's entry is to say. */
export interface SetUpChoice {
  /** Default: the client's id. */
  readonly as?: string | undefined;
  readonly role?: AgentChoice['role'];
  readonly workspace?: string | undefined;
  /** Whether the entry says that the tools may be used unasked, where the client reads that in it. */
  readonly allow?: boolean | undefined;
}

/** Sets up the clients of this machine, one entry in one file each. */
export class ClientSetup {
  readonly #options: ClientSetupOptions;
  readonly #records: SetUpRecords;

  constructor(options: ClientSetupOptions) {
    this.#options = options;
    this.#records = new SetUpRecords(options.dataDir);
  }

  /** Every client, with what is known of it on this machine. */
  async list(): Promise<readonly ClientOffer[]> {
    const program = await this.#program().catch((error: unknown) => {
      if (error instanceof HubError) return undefined; // it is said to who sets one up
      throw error;
    });
    return Promise.all(
      clientKinds.map(async (kind) => {
        const here = await this.#here(kind, program);
        return offerOf(kind, {
          ...this.#options,
          url: this.#options.url(),
          file: here.file,
          command: this.#command(kind, program, {}),
          here,
        });
      }),
    );
  }

  /** What to copy for a client that is not in the list. */
  async others(choice: SetUpChoice = {}): Promise<readonly ClientSnippet[]> {
    const command = await this.#connectCommand(choice).catch(() => undefined);
    return othersSnippets(command, this.#options.url());
  }

  /** What starts `connect` for a client that is not in the list. */
  async #connectCommand({ as = 'agent', ...choice }: SetUpChoice): Promise<ConnectCommand> {
    const { dataDir, isUsualDataDir } = this.#options;
    const { role, workspace } = choice;
    return commandFor(await this.#program(), { as, role, workspace, dataDir: isUsualDataDir ? undefined : dataDir });
  }

  /** @throws HubError as {@link previewSetUp}, `not_found` for no client, `unsupported` where `connect` cannot run */
  async preview(client: string, choice: SetUpChoice): Promise<ClientChange> {
    const subject = this.#subject(client);
    return previewSetUp(subject, await this.#entry(subject.kind, choice));
  }

  /** @throws HubError as {@link setUp} */
  async setUp(
    client: string,
    choice: SetUpChoice,
    { digest, replace }: { readonly digest: string; readonly replace: boolean },
  ): Promise<ClientChanged> {
    const subject = this.#subject(client);
    const { now } = this.#options;
    return setUp(subject, await this.#entry(subject.kind, choice), { digest, replace, now });
  }

  /** @throws HubError as {@link previewTakeBack} */
  previewTakeBack(client: string): Promise<ClientChange> {
    return previewTakeBack(this.#subject(client));
  }

  /** @throws HubError as {@link takeBack} */
  takeBack(client: string, digest: string): Promise<ClientChanged> {
    return takeBack(this.#subject(client), { digest, now: this.#options.now });
  }

  #subject(client: string): SetUpSubject {
    const kind = clientKind(client);
    return { kind, file: fileOf(kind, this.#options.machine), records: this.#records };
  }

  async #entry(kind: ClientKind, choice: SetUpChoice): Promise<Entry> {
    const command = this.#command(kind, await this.#program(), choice);
    return { ...kind.stdio(command), ...(choice.allow === true ? kind.allow.entry : {}) };
  }

  #program(): Promise<ConnectCommand> {
    const { dataDir, machine, program } = this.#options;
    return program ? program() : connectProgram({ dataDir, machine });
  }

  #command(kind: ClientKind, program: ConnectCommand, choice: SetUpChoice): ConnectCommand;
  #command(kind: ClientKind, program: ConnectCommand | undefined, choice: SetUpChoice): ConnectCommand | undefined;
  #command(kind: ClientKind, program: ConnectCommand | undefined, choice: SetUpChoice): ConnectCommand | undefined {
    const { dataDir, isUsualDataDir } = this.#options;
    const { as = kind.id, role, workspace } = choice;
    return program && commandFor(program, { as, role, workspace, dataDir: isUsualDataDir ? undefined : dataDir });
  }

  async #here(kind: ClientKind, program: ConnectCommand | undefined): Promise<ClientHere> {
    const { machine } = this.#options;
    const file = fileOf(kind, machine);
    const command = this.#command(kind, program, {});
    const common = {
      isFound: isOnMachine(kind, machine),
      file,
      ...(kind.link && command ? { link: kind.link(command) } : {}),
    };
    try {
      const record = await this.#records.find(kind.id, file);
      const seen = await readClientFile(file);
      const entry = read(seen, () => entryIn(textOf(seen, kind), kind.place, SERVER_NAME));
      const as = agentIn(entry);
      const state = entry === undefined ? 'none' : as === undefined ? 'other' : 'set_up';
      return {
        ...common,
        state,
        canTakeBack: record !== undefined && state === 'set_up',
        ...(as === undefined ? {} : { as }),
      };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return { ...common, state: 'unreadable', problem: error.message, canTakeBack: false };
    }
  }
}

/** Every client as somebody sees it whose clients are on another machine than the hub: with a key, by hand. */
export function offersElsewhere(url: string): readonly ClientOffer[] {
  const machine: Machine = { platform: 'linux', home: '~', env: {} };
  return clientKinds.map((kind) => offerOf(kind, { machine, url, file: kind.file(machine), command: undefined }));
}

function offerOf(
  kind: ClientKind,
  seen: {
    readonly machine: Machine;
    readonly url: string;
    readonly file: string;
    readonly command: ConnectCommand | undefined;
    readonly here?: ClientHere;
  },
): ClientOffer {
  const { id, label, group, names, allow } = kind;
  const { machine, url, file, command, here } = seen;
  return {
    id,
    label,
    group,
    names,
    allow: allow.how,
    canAllow: allow.entry !== undefined,
    snippets: snippetsOf({ kind, machine, file, command, url }),
    ...(here && { here }),
  };
}
