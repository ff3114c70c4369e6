import path from 'node:path';
import type { ClientChange, ClientChanged, ClientOffer, ClientSnippet } from '../../protocol/client-offers.ts';
import { clientSeen, type ClientSeen } from '../../protocol/client-seen.ts';
import { HubError } from '../../protocol/errors.ts';
import type { StateSnapshot } from '../../protocol/snapshot.ts';
import { formatAgo } from '../../protocol/words/units.ts';
import { usualDataDir } from '../../server/usual-data-dir.ts';
import { ClientSetup } from '../../setup/client-setup.ts';
import { clientKind } from '../../setup/clients.ts';
import { thisMachine } from '../../setup/machine.ts';
import type { SetupOptions } from '../command-options.ts';
import { findHub } from '../find-hub.ts';
import { CommandFailure, EXIT, writeJson, type CliHost } from '../host.ts';
import { withHub } from '../hub-connection.ts';
import { readState } from '../read-state.ts';
import { table } from '../table.ts';

/** Where a hub is that was not changed and does not run. */
const USUAL_URL = 'http://127.0.0.1:7337';

/**
 * `setup`: lists the clients of this machine; `setup CLIENT` shows what it would write into the client's file, asks, and
 * writes it. It needs no hub: the client's `connect` gets its key when it starts.
 */
export async function setup(client: string | undefined, options: SetupOptions, host: CliHost): Promise<void> {
  const { url = USUAL_URL, state } = await runningHub(options, host);
  const usual = usualDataDir({ ...host.env, SIGNALBOX_DATA_DIR: undefined });
  const dataDir = path.resolve(options.dataDir ?? usualDataDir(host.env));
  const clients = new ClientSetup({
    machine: thisMachine(host.env),
    dataDir,
    isUsualDataDir: dataDir === usual,
    url: () => url,
    now: Date.now,
  });
  if (client === undefined) {
    if (options.print === true) return printOthers(await clients.others(options), options, host);
    if (options.undo === true || options.yes === true) throw usage('Name the client: signalbox setup codex.');
    return list(await clients.list(), state, options, host);
  }
  clientKind(client);
  if (options.print === true) return print(await offerOf(clients, client), options, host);
  const change = options.undo === true ? await clients.previewTakeBack(client) : await clients.preview(client, options);
  if (!options.json) show(change, host);
  const done = await carryOut(clients, client, change, options, host);
  report(await offerOf(clients, client), change, done, options, host);
}

/** The hub of the data directory, if one runs: its address, and who was seen there. */
async function runningHub(
  options: SetupOptions,
  host: CliHost,
): Promise<{ readonly url?: string; readonly state?: StateSnapshot }> {
  try {
    const address = await findHub(options, host);
    return { url: address.url, state: await withHub(address, readState) };
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === EXIT.noHub) return {};
    throw error;
  }
}

async function carryOut(
  clients: ClientSetup,
  client: string,
  { kind, digest, file }: ClientChange,
  options: SetupOptions,
  host: CliHost,
): Promise<ClientChanged> {
  if (kind === 'same') return options.undo === true ? clients.takeBack(client, digest) : { file };
  if (kind === 'replaces' && options.replace !== true && options.yes === true) {
    return clients.setUp(client, options, { digest, replace: false }); // which refuses, and says why
  }
  if (options.yes !== true) {
    const question = { adds: 'Write this?', replaces: 'Replace what is there?', removes: 'Take this back?' }[kind];
    const answer = await host.confirm(question);
    if (answer !== true) {
      throw new HubError(
        'cancelled',
        answer === false ? 'Nothing was written.' : 'Nothing was written: add --yes to write it without being asked.',
      );
    }
  }
  return kind === 'removes'
    ? clients.takeBack(client, digest)
    : clients.setUp(client, options, { digest, replace: kind === 'replaces' });
}

async function offerOf(clients: ClientSetup, client: string): Promise<ClientOffer> {
  const offer = (await clients.list()).find(({ id }) => id === client);
  if (offer) return offer;
  throw new Error(`The list of clients has no ${client}`);
}

function list(
  offers: readonly ClientOffer[],
  state: StateSnapshot | undefined,
  options: SetupOptions,
  host: CliHost,
): void {
  const rows = offers.map((offer) => ({ offer, seen: state && clientSeen(offer, offer.here?.as, state) }));
  if (options.json) {
    for (const { offer, seen } of rows) {
      const { here } = offer;
      writeJson(host, {
        client: offer.id,
        label: offer.label,
        here: here?.isFound,
        file: here?.file,
        state: here?.state,
        as: here?.as,
        problem: here?.problem,
        seen: seen?.kind,
        seenAt: seen?.kind === 'before' ? seen.at : undefined,
      });
    }
    return;
  }
  const stateWords = { none: '-', set_up: 'yes', other: 'another entry', unreadable: 'file not readable' };
  host.write(
    table([
      ['CLIENT', 'NAME', 'HERE', 'SET UP', 'SEEN'],
      ...rows
        .toSorted((a, b) => Number(b.offer.here?.isFound) - Number(a.offer.here?.isFound))
        .map(({ offer, seen }) => [
          offer.id,
          offer.label,
          offer.here?.isFound === true ? 'yes' : '-',
          `${stateWords[offer.here?.state ?? 'none']}${offer.here?.as === undefined ? '' : `, as ${offer.here.as}`}`,
          seenWords(seen),
        ]),
    ]),
  );
  host.writeError('Set one up: signalbox setup CLIENT. For any other: signalbox setup --print.\n');
}

function seenWords(seen: ClientSeen | undefined): string {
  if (seen === undefined) return '(no hub runs)';
  switch (seen.kind) {
    case 'now':
      return 'connected';
    case 'before':
      return formatAgo(Date.now() - seen.at);
    case 'never':
      return '-';
    default:
      return seen satisfies never;
  }
}

function print({ snippets, allow }: ClientOffer, { json }: SetupOptions, host: CliHost): void {
  if (json) {
    for (const snippet of snippets) writeJson(host, snippet);
    return;
  }
  for (const { way, shell, where, text } of snippets) {
    const title = way === 'connect' ? 'Without a key' : 'With a key';
    host.write(`# ${title}${shell === undefined ? '' : ` (${shell})`}. ${where}\n${text}\n\n`);
  }
  host.write(`# ${allow}\n`);
}

function printOthers(snippets: readonly ClientSnippet[], { json }: SetupOptions, host: CliHost): void {
  for (const snippet of snippets) {
    if (json) writeJson(host, snippet);
    else host.write(`# ${snippet.where}\n${snippet.text}\n\n`);
  }
}

function show({ file, linkTo, kind, diff }: ClientChange, host: CliHost): void {
  if (kind === 'same') return;
  host.write(`${file}${linkTo === undefined ? '' : `, a link to ${linkTo}`}\n${diff}\n`);
}

function report(
  offer: ClientOffer,
  change: ClientChange,
  done: ClientChanged,
  options: SetupOptions,
  host: CliHost,
): void {
  if (options.json) {
    writeJson(host, {
      client: offer.id,
      file: done.file,
      linkTo: change.linkTo,
      kind: change.kind,
      diff: change.diff,
      copy: done.copy,
    });
    return;
  }
  const copy = done.copy === undefined ? '' : ` The file as it was: ${done.copy}`;
  if (options.undo === true) host.write(`${offer.label} is as it was before Signalbox set it up.${copy}\n`);
  else if (change.kind === 'same') host.write(`${offer.label} is already set up, in ${done.file}.\n`);
  else {
    host.write(
      `${offer.label} is set up, as ${options.as ?? offer.id}. Start it anew, with Signalbox running.${copy}\n${offer.allow}\nTake it back with: signalbox setup ${offer.id} --undo\n`,
    );
  }
}

function usage(message: string): CommandFailure {
  return new CommandFailure(new HubError('invalid_argument', message), EXIT.usage);
}
