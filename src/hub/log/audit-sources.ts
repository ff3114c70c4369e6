import { keyOfId } from '../../protocol/actor-id.ts';
import { agentOfId } from '../../protocol/agent-id.ts';
import type { AuditQuery } from '../../protocol/records.ts';
import type { SqlValue } from './db.ts';
import { BLOCK_BITS } from './projections/session-blocks.ts';

/** What is asked of the log: at most `limit` events, in order from the one after `afterSeq` (before it, where newest come first). */
export interface EventQuery extends Omit<AuditQuery, 'cursor'> {
  readonly limit: number;
  readonly afterSeq?: number | undefined;
}

/** A condition in SQL, and the values that it binds. */
export type SqlCondition = readonly [sql: string, ...values: SqlValue[]];

/** One read in order of seq. What several of them find has no event twice. */
export interface AuditSource {
  /** The tables; events are `e`. */
  readonly from: string;
  /** The column whose order is that of seq. */
  readonly seq: string;
  /** The column of blocks to read in order, where there are blocks. */
  readonly block?: string;
  /** Whether it is `parties`, which is in order within each type. */
  readonly isByType?: boolean;
  readonly conditions: readonly SqlCondition[];
}

/**
 * A part of a query that an event meets by its row in `events`, or by one in `parties`: never by both.
 */
interface AuditPart {
  readonly byRow: AuditSource;
  /** Absent where no call has one: of what concerns an agent the others are asked for by type. */
  readonly byParties?: AuditSource;
  /** Either, for events that were found otherwise. */
  readonly either: SqlCondition;
}

/**
 * Where the events of a query are found. SQLite has no statistics from which to choose the most selective index.
 *
 * @param type the type that the query is for, if it is one that has an index
 */
export function sourcesOf(query: EventQuery, type: string | undefined): readonly AuditSource[] {
  const session = query.sessionId === undefined ? undefined : ofSession(query.sessionId);
  const by = query.by === undefined ? undefined : isAgent(query.by) ? ofAgent(query.by, true) : doneBy(query.by);
  const { involving: whom } = query;
  const concerned = whom === undefined ? undefined : isAgent(whom) ? ofAgent(whom, false) : involving(whom);
  const among = (...parts: readonly (AuditPart | undefined)[]): AuditPart[] =>
    parts.filter((part) => part !== undefined);
  if (type !== undefined && query.by !== undefined) {
    return [ofType(['p.did = 1 AND p.party = ?', query.by], among(session, concerned))];
  }
  if (type !== undefined && whom !== undefined) {
    return [ofType(['p.party = ?', whom], among(session))];
  }
  if (type !== undefined && query.sessionId !== undefined) return ofSessionOfType(query.sessionId);
  const parts = among(session, by, concerned);
  const [first, ...others] = parts;
  if (type !== undefined || !first) {
    const index = type === undefined ? indexBy(query) : 'INDEXED BY events_type';
    return [{ from: `events e ${index}`, seq: 'e.seq', conditions: parts.map(({ either }) => either) }];
  }
  const also = others.map(({ either }) => either);
  const sources = [first.byRow, ...(first.byParties === undefined ? [] : [first.byParties])];
  return sources.map((source) => ({ ...source, conditions: [...source.conditions, ...also] }));
}

/** Only a workspace's own events are in its index. */
function indexBy({ workspace, orNone }: EventQuery): string {
  return workspace === undefined || orNone ? 'NOT INDEXED' : 'INDEXED BY events_workspace';
}

/** The row of an event for a party: the value is bound. */
const ROW = 'SELECT 1 FROM parties x WHERE x.party = ? AND x.type = e.type AND x.seq = e.seq';
const HAS_PARTY = `EXISTS (${ROW} AND x.besides = 1)`;
const HAS_DOER = `EXISTS (${ROW} AND x.besides = 1 AND x.did = 1)`;
const PARTIES = 'parties p CROSS JOIN events e ON e.seq = p.seq';
/** The name of the agent that acted. */
const AGENT_OF = "json_extract(e.body, '$.actor.agent')";

/** The events of one type that concern somebody. */
function ofType(condition: SqlCondition, also: readonly AuditPart[]): AuditSource {
  return { from: PARTIES, seq: 'p.seq', isByType: true, conditions: [condition, ...also.map(({ either }) => either)] };
}

/** The events of one type in a session. */
function ofSessionOfType(sessionId: string): readonly AuditSource[] {
  const byRow: AuditSource = {
    from: 'events e INDEXED BY events_session_type',
    seq: 'e.seq',
    conditions: [
      ['e.session = ?', sessionId],
      [`NOT ${HAS_PARTY}`, sessionId],
    ],
  };
  return [byRow, ofType(['p.did = 1 AND p.party = ?', sessionId], [])];
}

/** Of all types, the events in whose rows somebody is not. */
function besides(condition: SqlCondition): AuditSource {
  return { ...ofType(condition, []), conditions: [condition, ['p.besides = 1']] };
}

function doneBy(who: string): AuditPart {
  return {
    byRow: {
      from: 'events e INDEXED BY events_actor',
      seq: 'e.seq',
      conditions: [
        ['e.actor = ?', who],
        [`NOT ${HAS_PARTY}`, who],
      ],
    },
    byParties: besides(['p.party = ? AND p.did = 1', who]),
    either: [`((e.actor = ? AND NOT ${HAS_PARTY}) OR ${HAS_DOER})`, who, who, who],
  };
}

function involving(whom: string): AuditPart {
  return {
    byRow: { from: 'events e INDEXED BY events_actor', seq: 'e.seq', conditions: [['e.actor = ?', whom]] },
    byParties: besides(['p.party = ? AND e.actor <> ?', whom, whom]),
    either: [`(e.actor = ? OR ${HAS_PARTY})`, whom, whom],
  };
}

/** Whether a query names an agent, and not its key. */
export function isAgent(whom: string): boolean {
  return keyOfId(whom) !== whom;
}

/** The calls of an agent; `either`: the agent caused it, or it concerns the agent. */
function ofAgent(whom: string, isDoer: boolean): AuditPart {
  const { keyId, agent = '' } = agentOfId(whom);
  const calls: SqlCondition = [`e.type = 'tool.called' AND e.actor = ? AND ${AGENT_OF} = ?`, keyId, agent];
  const did = isDoer ? ' AND x.did = 1' : '';
  return {
    byRow: {
      from: `agent_blocks b CROSS JOIN events e
        ON e.seq BETWEEN b.block << ${BLOCK_BITS} AND (b.block << ${BLOCK_BITS}) + ${2 ** BLOCK_BITS - 1}`,
      seq: 'e.seq',
      block: 'b.block',
      conditions: [['b.agent = ?', whom], calls],
    },
    either: [
      `((e.type = 'tool.called' AND e.actor = ? AND ${AGENT_OF} = ?) OR EXISTS (${ROW}${did}))`,
      keyId,
      agent,
      whom,
    ],
  };
}

function ofSession(sessionId: string): AuditPart {
  const blocks = `session_blocks b CROSS JOIN events e
    ON e.seq BETWEEN b.block << ${BLOCK_BITS} AND (b.block << ${BLOCK_BITS}) + ${2 ** BLOCK_BITS - 1}`;
  return {
    byRow: {
      from: blocks,
      seq: 'e.seq',
      block: 'b.block',
      conditions: [
        ['b.session = ?', sessionId],
        ['e.session = ?', sessionId],
        [`NOT ${HAS_PARTY}`, sessionId],
      ],
    },
    byParties: besides(['p.party = ? AND p.did = 1', sessionId]),
    either: [`((e.session = ? AND NOT ${HAS_PARTY}) OR ${HAS_DOER})`, sessionId, sessionId, sessionId],
  };
}
