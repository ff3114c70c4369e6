import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import { notifiedEventTypes } from '../../../../protocol/notified-events.ts';
import { nounOf } from '../../../../protocol/noun.ts';
import { decodeCursor, encodeCursor } from '../../../../hub/paging.ts';
import { workspaceArgument } from '../define-tool/arguments.ts';
import { pageArguments, pageOutput } from '../define-tool/page-arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import {
  eventShape,
  eventsAfter,
  eventTypesArgument,
  newestEvents,
  typesNamed,
  type EventPage,
  type EventView,
} from '../reading/event-pages.ts';
import { removedSentence, removedUpTo, removedUpToShape } from '../reading/removed-events.ts';
import { waitForEvents } from './wait-for-events.ts';
import { waitForNews } from './wait-for-news.ts';
import { count } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';
import { allowedWait, keepAlive, waitArgument } from '../define-tool/waiting.ts';

const eventOutput = {
  workspace: z.string().optional().describe('Left out where they are of all your workspaces'),
  events: z.array(eventShape).describe('Oldest first'),
  last_seq: z.number().int().describe('Everything up to here has been looked at: give it as after_seq next time'),
  removed_up_to: removedUpToShape,
  ...pageOutput,
};
const nouns = [...new Set(notifiedEventTypes.map(nounOf))];
/** Such as "workspace, member, file and lock". Not by `Intl`, which loads a language for it. */
const notifiedNouns = `${nouns.slice(0, -1).join(', ')} and ${nouns.at(-1)}`;

const afterSeqArgument = z.number().int().min(0).optional();

const list = defineTool({
  name: 'event_list',
  title: 'List events',
  description:
    `Lists what happened in a workspace after a seq, oldest first: ${notifiedNouns} events, with who did it and what caused it. ` +
    'To catch up: after_seq is the seq of workspace_get, or last_seq of the call before; without it come the newest. To wait for what comes next: event_wait.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'after_seq', 'types', 'limit'],
  input: {
    workspace: workspaceArgument,
    after_seq: afterSeqArgument.describe('Only events after this one; 0 for all from the beginning.'),
    types: eventTypesArgument,
    ...pageArguments,
  },
  output: eventOutput,
  run: async (args, call) => {
    const { hub } = call.deps;
    const { id, name } = call.workspace(args.workspace);
    mustHaveHappened(args.after_seq, hub.state.seq);
    const types = typesNamed(args.types);
    const from = args.cursor === undefined ? args.after_seq : decodeCursor(args.cursor, ['number'])[0];
    const room = new PageRoom<EventView>(args.max_bytes);
    const asked = { types, limit: args.limit, fits: (event: EventView) => room.take(event) };
    const page =
      from === undefined
        ? await newestEvents(hub, id, asked)
        : await eventsAfter(hub, id, { ...asked, afterSeq: from });
    const events = from === undefined ? room.items.toReversed() : room.items;
    for (const { seq } of events) call.says({ seq });
    const removed = removedUpTo(hub.state, from);
    return {
      say: words(page, name) + removedSentence(removed),
      result: { ...resultOf(id, events, page), ...removed },
    };
  },
});

const wait = defineTool({
  name: 'event_wait',
  title: 'Wait for events',
  description:
    'Waits until something happens. With for_me true: until something concerns you (files from the person, your locks, places in queues and jobs, what you may do), of all your workspaces, and says what to do; call it whenever you have nothing else to do, and again after each answer. Without: like event_list, for events of one workspace after after_seq, or from now on. timed_out: nothing happened yet; call it again, with last_seq as after_seq.',
  role: 'viewer',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['for_me', 'workspace', 'after_seq', 'types', 'limit', 'timeout_ms'],
  input: {
    for_me: z.boolean().default(false).describe('Only what concerns you and is new to you.'),
    workspace: workspaceArgument,
    after_seq: afterSeqArgument.describe('Only events after this one.'),
    types: eventTypesArgument,
    limit: pageArguments.limit,
    max_bytes: pageArguments.max_bytes,
    timeout_ms: waitArgument('How long to wait at most.', 30_000),
  },
  output: { ...eventOutput, timed_out: z.boolean() },
  run: async (args, call) => {
    const { ctx, deps, state } = call;
    mustHaveHappened(args.after_seq, state.seq);
    if (args.for_me) return waitForNews(call, { ...args, afterSeq: args.after_seq, timeoutMs: args.timeout_ms });
    const { id, name } = call.workspace(args.workspace);
    const waiting = keepAlive(call, args.timeout_ms, `Waiting for events in ${name}`);
    const room = new PageRoom<EventView>(args.max_bytes);
    try {
      const page = await waitForEvents(deps, {
        workspace: id,
        keyId: ctx.key.id,
        afterSeq: args.after_seq ?? deps.hub.changedSeq,
        types: typesNamed(args.types),
        limit: args.limit,
        fits: (event) => room.take(event),
        timeoutMs: allowedWait(call, args.timeout_ms),
        signal: ctx.signal,
      });
      call.workspace(id); // the role may be gone by now, and with it what there is to see
      for (const { seq } of room.items) call.says({ seq });
      const removed = removedUpTo(state, args.after_seq);
      return {
        say: words(page, name) + removedSentence(removed),
        result: { ...resultOf(id, room.items, page), ...removed, timed_out: page.count === 0 },
      };
    } finally {
      waiting.stop();
    }
  },
});

/** @throws HubError `invalid_argument` for a seq in the future: the events up to it would be skipped without a word */
function mustHaveHappened(afterSeq: number | undefined, seq: number): void {
  if (afterSeq === undefined || afterSeq <= seq) return;
  throw new HubError(
    'invalid_argument',
    `after_seq is ${afterSeq}, but the newest event is ${seq}. Give the seq of workspace_get, or the last_seq of the call before.`,
    { details: { problems: [{ argument: 'after_seq', given: afterSeq, accepted: `0 to ${seq}` }] } },
  );
}

function words({ count: found, lastSeq, more }: EventPage, name: string): string {
  const goOn = more ? ' There are more: go on with next_cursor.' : '';
  return `${count(found, 'event')} in ${name}, up to seq ${lastSeq}.${goOn}`;
}

function resultOf(workspace: string, events: readonly EventView[], { lastSeq, more }: EventPage) {
  return {
    workspace,
    events: [...events],
    last_seq: lastSeq,
    ...(more ? { next_cursor: encodeCursor([lastSeq]) } : {}),
  };
}

export const eventTools: readonly ToolDefinition[] = [list, wait];
