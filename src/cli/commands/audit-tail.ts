import { matchesQuery } from '../../protocol/audit-match.ts';
import type { HubEvent } from '../../protocol/events.ts';
import type { AuditQuery } from '../../protocol/records.ts';
import { actorMeant, mustBeTypes } from '../event-filter.ts';
import { EventPrinter } from '../event-printer.ts';
import { findHub, noHub } from '../find-hub.ts';
import { EXIT, type CliHost } from '../host.ts';
import { connectHub, type HubConnection } from '../hub-connection.ts';
import type { AuditTailOptions } from '../command-options.ts';
import { readAll } from '../read-state.ts';
import { workspaceMeant } from '../workspace-meant.ts';

/** Names of keys that are asked for at once, as many as the hub answers. */
const NAMES_AT_ONCE = 1_000;

/** Reasons for a cut after which the hub still runs: the tail continues where it was. */
const PASSING = new Set(['slow_reader', 'unresponsive', 'closed_1006']);

/**
 * `audit tail`: the latest events, and with `--follow` all that come after them, none left out and
 * none twice. Ends with 0 when interrupted, with 3 when the hub goes away.
 */
export async function auditTail(options: AuditTailOptions, host: CliHost): Promise<number> {
  mustBeTypes(options.type ?? []);
  const address = await findHub(options, host);
  const printer = new EventPrinter(host, options.json ?? false);
  const interrupted = Promise.withResolvers<'interrupted'>();
  const stop = options.follow ? host.onSignal(() => interrupted.resolve('interrupted')) : undefined;
  try {
    for (;;) {
      const hub = await connectHub(address);
      try {
        const goOn = await tail(hub, options, printer);
        if (!options.follow) return EXIT.ok;
        goOn();
        const why = await Promise.race([hub.ended, interrupted.promise]);
        if (why === 'interrupted') return EXIT.ok;
        if (!PASSING.has(why)) throw noHub(`The hub at ${address.url} has gone (${why}).`);
      } finally {
        hub.close();
      }
    }
  } finally {
    stop?.();
  }
}

/**
 * Prints the latest events, or after a lost connection all since the last one printed. Events that are pushed
 * meanwhile wait until `goOn` is called; after that they are printed as they come.
 */
async function tail(hub: HubConnection, options: AuditTailOptions, printer: EventPrinter): Promise<() => void> {
  let held: HubEvent[] | undefined = [];
  let query: AuditQuery = {};
  const print = (events: readonly HubEvent[]): void => {
    printer.hear(events);
    printer.print(events.filter((event) => matchesQuery(event, query, (id) => printer.ownerOf(id))));
  };
  hub.onEvents((events) => {
    if (held) held.push(...events);
    else print(events);
  });

  const { state, recent } = await readAll(hub);
  printer.hear(recent);
  printer.know(state);
  query = {
    ...(options.workspace === undefined ? {} : { workspace: workspaceMeant(state, options.workspace).id }),
    ...(options.type === undefined ? {} : { types: options.type }),
    ...(options.actor === undefined ? {} : { by: actorMeant(state, options.actor) }),
    ...(options.involving === undefined ? {} : { involving: actorMeant(state, options.involving) }),
  };
  if (printer.last) await printSince(hub, query, printer, printer.last.at);
  else {
    if (options.lines > 0) {
      const page = await hub.api.auditPage({ ...query, order: 'desc', limit: options.lines });
      await learnNames(hub, printer, page.items);
      printer.print(page.items.toReversed());
    }
    printer.beginAfter(state);
  }
  return () => {
    print(held ?? []);
    held = undefined;
  };
}

/** Asks for the names of keys that were revoked so long ago that the hub's state has them no more. */
async function learnNames(hub: HubConnection, printer: EventPrinter, events: readonly HubEvent[]): Promise<void> {
  const keyIds = printer.unknownKeys(events);
  for (let from = 0; from < keyIds.length; from += NAMES_AT_ONCE)
    printer.knowKeys(await hub.api.keyNames({ keyIds: keyIds.slice(from, from + NAMES_AT_ONCE) }));
}

/** `at` never decreases along the log, so all missed events are at or after the last one's time. */
async function printSince(hub: HubConnection, query: AuditQuery, printer: EventPrinter, from: number): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await hub.api.auditPage({
      ...query,
      order: 'asc',
      from,
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    await learnNames(hub, printer, page.items);
    printer.print(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
