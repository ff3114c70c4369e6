import { z } from 'zod';
import { HubError } from '../../../../protocol/errors.ts';
import { removedWords } from '../../../../protocol/words/removed-words.ts';
import { readTypes } from '../../../../protocol/words/event-type-names.ts';
import { workspaceArgument } from '../define-tool/arguments.ts';
import { defineTool } from '../define-tool/define-tool.ts';
import { namesNoFile } from '../define-tool/named-files.ts';
import { nextCursor, pageArguments, pageOutput, pageRequest } from '../define-tool/page-arguments.ts';
import type { ToolDefinition } from '../define-tool/tool.ts';
import { auditEventShape, auditView, type AuditView } from '../reading/event-pages.ts';
import { count, timeShape } from '../views/common.ts';
import { PageRoom } from '../views/page-room.ts';

const moment = timeShape.max(40).optional();

const list = defineTool({
  name: 'audit_list',
  title: 'Read the audit log',
  description:
    'Lists all that was logged of a workspace, the newest first: besides what event_list has also every tool call and every refused access, each with who did it and what caused it. Needs the owner role. ' +
    'Narrow it by type, by key or agent, or by time.',
  role: 'owner',
  set: 'owner',
  effect: 'reads',
  idempotent: true,
  files: namesNoFile,
  logs: ['workspace', 'types', 'by', 'involving', 'since', 'until', 'order', 'limit'],
  input: {
    workspace: workspaceArgument,
    types: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(50)
      .optional()
      .describe('Only these types, such as "tool.called", or all of a noun, such as "access".'),
    by: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Who did it: a key_id, an agent of it as key_id/agent, "human" or "hub".'),
    involving: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Whom it concerns, also if another did it; given like by.'),
    since: moment.describe('Not before this time, ISO 8601.'),
    until: moment.describe('Before this time, ISO 8601.'),
    order: z.enum(['desc', 'asc']).default('desc').describe('desc: newest first.'),
    ...pageArguments,
  },
  output: {
    workspace: z.string(),
    events: z.array(auditEventShape),
    ...pageOutput,
  },
  run: async (args, call) => {
    const { hub } = call.deps;
    const { id, name } = call.workspace(args.workspace);
    const named = readTypes(args.types ?? []);
    if ('wrong' in named)
      throw wrong(
        'types',
        named.wrong,
        'types or nouns such as "file.written", "tool.called" or "access"',
        named.words,
      );
    const [from, to] = [momentOf('since', args.since), momentOf('until', args.until)];
    const room = new PageRoom<AuditView>(args.max_bytes);
    const page = await hub.audit.page(
      {
        workspace: id,
        order: args.order,
        ...(args.types === undefined ? {} : { types: args.types }),
        ...(args.by === undefined ? {} : { by: args.by }),
        ...(args.involving === undefined ? {} : { involving: args.involving }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...pageRequest(args),
      },
      (event) => room.take(auditView(event, call.deps.hub.keyName)),
    );
    call.workspace(id); // the role may be gone by now, and with it what there is to see
    const { cut } = hub.state.retention;
    const isAtBeginning = args.order === 'desc' ? page.nextCursor === undefined : args.cursor === undefined;
    const goOn = page.nextCursor === undefined ? '' : ' There are more: go on with next_cursor.';
    const begins = cut && isAtBeginning ? ` ${removedWords(cut)}.` : '';
    return {
      say: `${count(room.items.length, 'event')} of ${name}.${goOn}${begins}`,
      result: { workspace: id, events: room.items, ...nextCursor(page) },
    };
  },
});

/** @throws HubError `invalid_argument` for what is no time */
function momentOf(argument: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (Number.isNaN(ms)) throw wrong(argument, given, 'a time such as "2026-01-31T12:00:00Z"');
  return ms;
}

/** @param also a sentence that says more */
function wrong(argument: string, given: string, accepted: string, also?: string): HubError {
  const problem = { argument, given: given.slice(0, 80), accepted };
  return new HubError(
    'invalid_argument',
    `audit_list: "${argument}" was ${JSON.stringify(problem.given)}; it takes ${accepted}.${also === undefined ? '' : ` ${also}`}`,
    {
      details: { problems: [problem] },
    },
  );
}

export const auditTools: readonly ToolDefinition[] = [list];
