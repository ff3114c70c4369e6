import { frameOutcomes } from '../protocol/frame-record.ts';
import type { BatchReader } from './batch-reader.ts';
import type { MessageDescription } from './describe-body.ts';
import type { FrameRow } from './frame-columns.ts';
import { maskText } from './masking.ts';
import type { NameNumbers } from './name-numbers.ts';

const PENDING = frameOutcomes.indexOf('pending');

export interface RowSource {
  /** Place before the first frame of this launch. */
  readonly base: number;
  readonly names: Pick<NameNumbers, 'idOf'>;
  /** What the body says, where the hub did not say what the frame is. */
  readonly found: MessageDescription | undefined;
}

/** The row of a frame at which a reader stands, without its body and streams. */
export function readRow(reader: BatchReader, { base, names, found }: RowSource): FrameRow {
  const numberOf = (name: string | undefined): number | null => (name === undefined ? null : names.idOf(name));
  const place = (column: 'n' | 'exchange' | 'replyTo'): number | null => {
    const n = reader.number(column);
    return n === null ? null : base + n;
  };
  return {
    n: place('n') ?? base,
    at: reader.number('at') ?? 0,
    elapsed: reader.number('elapsed') ?? 0,
    kind: reader.number('kind') ?? found?.kind ?? 0,
    direction: reader.number('direction') ?? 0,
    wire: reader.number('wire'),
    exchange: place('exchange'),
    session: reader.nameId('session'),
    key: reader.nameId('key'),
    agent: reader.nameId('agent'),
    workspace: reader.nameId('workspace'),
    method: reader.nameId('method') ?? numberOf(found?.method),
    tool: reader.nameId('tool') ?? numberOf(found?.tool),
    subject: reader.nameId('subject') ?? numberOf(found?.subject),
    rpc: withoutSecrets(reader.rpcId() ?? found?.rpc ?? null),
    status: reader.number('status'),
    outcome: found?.outcome ?? reader.number('outcome') ?? PENDING,
    code: reader.number('code') ?? reader.name('codeName') ?? found?.code ?? null,
    size: reader.number('size') ?? 0,
    pair: place('replyTo'),
    latency: reader.number('latency'),
    seq: reader.number('seq') ?? found?.seq ?? null,
    event_id: null,
    masked: 0,
    body: null,
    dropped: reader.number('dropped'),
    streams: null,
  };
}

function withoutSecrets(id: string | number | null): string | number | null {
  return typeof id === 'string' ? maskText(id).kept : id;
}
