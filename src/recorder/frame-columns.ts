/** A row of `frames` as it is written; see frame-schema.ts. */
export interface FrameRow {
  n: number;
  at: number;
  elapsed: number;
  kind: number;
  direction: number;
  wire: number | null;
  exchange: number | null;
  session: number | null;
  key: number | null;
  agent: number | null;
  workspace: number | null;
  method: number | null;
  tool: number | null;
  subject: number | null;
  rpc: number | string | null;
  status: number | null;
  outcome: number;
  code: number | string | null;
  size: number;
  pair: number | null;
  latency: number | null;
  seq: number | null;
  event_id: string | null;
  masked: number;
  body: number | null;
  dropped: number | null;
  streams: Uint8Array | null;
}

/** The columns in the order of {@link columnValues}. */
export const FRAME_COLUMNS =
  'n, at, elapsed, kind, direction, wire, exchange, session, key, agent, workspace, method, tool, subject, rpc, status, ' +
  'outcome, code, size, pair, latency, seq, event_id, masked, body, dropped, streams';

export function columnValues(row: FrameRow): (number | string | Uint8Array | null)[] {
  return [
    row.n,
    row.at,
    row.elapsed,
    row.kind,
    row.direction,
    row.wire,
    row.exchange,
    row.session,
    row.key,
    row.agent,
    row.workspace,
    row.method,
    row.tool,
    row.subject,
    row.rpc,
    row.status,
    row.outcome,
    row.code,
    row.size,
    row.pair,
    row.latency,
    row.seq,
    row.event_id,
    row.masked,
    row.body,
    row.dropped,
    row.streams,
  ];
}
