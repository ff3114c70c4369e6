import { isUtf8 } from 'node:buffer';
import type { DatabaseSync } from 'node:sqlite';
import { agentOfId } from '../protocol/agent-id.ts';
import { HubError } from '../protocol/errors.ts';
import {
  type FrameBody,
  type FrameContent,
  type FrameHead,
  frameKinds,
  frameOutcomes,
  type FrameRecord,
  type FramesPage,
} from '../protocol/frame-record.ts';
import type { BodyFiles } from './body-files.ts';
import type { FrameSearch } from './frame-search.ts';
import type { Launches } from './launches.ts';
import type { FramesQuery } from './messages.ts';
import type { FrameTerm } from './query-sql.ts';
import { streamFrames } from './streams.ts';
import { wires } from '../protocol/wire-names.ts';
import { Statements } from './statements.ts';

/** What one answer has of a body, in bytes; the rest is read in parts of this size. */
const PART_BYTES = 1024 * 1024;

type SelectedRow = Record<string, unknown>;

/** A frame with the texts of its names. */
const SELECT = `SELECT f.*, s.text AS session_name, k.text AS key_name, a.text AS agent_name, w.text AS workspace_name,
  m.text AS method_name, t.text AS tool_name, j.text AS subject_name, b.size AS body_size, b.file AS body_file, b.suffix
  FROM frames f LEFT JOIN names s ON s.id = f.session LEFT JOIN names k ON k.id = f.key
  LEFT JOIN names a ON a.id = f.agent LEFT JOIN names w ON w.id = f.workspace LEFT JOIN names m ON m.id = f.method
  LEFT JOIN names t ON t.id = f.tool LEFT JOIN names j ON j.id = f.subject LEFT JOIN bodies b ON b.id = f.body`;

/** Reads frames from the recorder's database. */
export class FrameReading {
  readonly #launches: Launches;
  readonly #files: BodyFiles;
  readonly #search: FrameSearch;
  readonly #statements: Statements;

  constructor(
    db: DatabaseSync,
    parts: { readonly search: FrameSearch; readonly launches: Launches; readonly files: BodyFiles },
  ) {
    this.#statements = new Statements(db);
    this.#launches = parts.launches;
    this.#files = parts.files;
    this.#search = parts.search;
  }

  /** Places of the oldest and the newest frame; 0 without any. */
  ends(): { readonly oldest: number; readonly newest: number } {
    return this.#search.ends();
  }

  page({ sessionId, filter, before, after, limit, noKeepAlives }: FramesQuery): FramesPage {
    const terms = [...(filter?.terms ?? [])];
    if (sessionId !== undefined) terms.push(term('session', sessionId));
    if (noKeepAlives === true) terms.push({ ...term('kind', 'keep-alive'), isNegated: true });
    const range = { before, after, limit };
    const asked = { terms, now: filter?.now ?? 0 };
    const { places, reached, more } = this.#search.find(asked, range, () => performance.now());
    return { frames: this.#at(places), ...this.#search.ends(), more, reached };
  }

  /** The newest frames of some rows, in order, as far as they are of the session and the filter; and how many more there are. */
  tail(
    rows: readonly number[],
    { sessionId, filter }: Pick<FramesQuery, 'sessionId' | 'filter'>,
    most: number,
  ): { frames: FrameRecord[]; skipped: number } {
    const terms = [...(filter?.terms ?? []), ...(sessionId === undefined ? [] : [term('session', sessionId)])];
    const places = this.#search.among(rows, { terms, now: filter?.now ?? 0 });
    return { frames: this.#at(places.slice(-most)), skipped: Math.max(0, places.length - most) };
  }

  /** Frames by their places. */
  #at(places: readonly number[]): FrameRecord[] {
    return places.flatMap((place) => {
      const row = this.#find(place);
      return row ? [this.#record(row)] : [];
    });
  }

  /** @throws HubError `gone` */
  get(frameId: string): FrameContent {
    const row = this.#row(frameId);
    const isExchange = row['kind'] === 0;
    const exchange = isExchange ? row['n'] : row['exchange'];
    const heads =
      typeof exchange === 'number' ? this.#statements.get('SELECT * FROM heads WHERE n = ?').get(exchange) : undefined;
    const [request, response] = [headOf(heads?.['request']), headOf(heads?.['response'])];
    const body = typeof row['body'] === 'number' ? this.#bodyOf(row['body']) : undefined;
    const answer = isExchange && typeof row['body'] === 'number' ? this.#bodyOf(row['body'] + 1) : undefined;
    return {
      frame: this.#record(row),
      ...(request && { request }),
      ...(response && { response }),
      ...(body && { body }),
      ...(answer && { answer }),
    };
  }

  /** Bodies as texts; those that are not kept, or only as previews, are left out. */
  bodies(frameIds: readonly string[]): (string | undefined)[] {
    const find = this.#statements.get('SELECT bytes FROM bodies WHERE id = ? AND file IS NULL');
    return frameIds.map((frameId) => {
      const place = this.#launches.placeOf(frameId);
      const body = place === undefined ? undefined : this.#find(place)?.['body'];
      const row = typeof body === 'number' ? find.get(body) : undefined;
      return row && Buffer.from(row['bytes'] as Uint8Array).toString('utf8');
    });
  }

  /** A part of a body, at most 1 MiB. @throws HubError `gone`, `not_found` where the frame has no such body */
  part(frameId: string, of: 'body' | 'answer', offset: number): { base64: string; sizeBytes: number } {
    const { body } = this.#row(frameId);
    const id = typeof body === 'number' ? body + (of === 'answer' ? 1 : 0) : -1;
    const row = this.#statements.get('SELECT * FROM bodies WHERE id = ?').get(id);
    if (!row) throw new HubError('not_found', `Frame ${frameId} has no body that was kept.`);
    const part = this.#bytes(row, offset, PART_BYTES);
    return { base64: part.toString('base64'), sizeBytes: Number(row['size']) };
  }

  /** Places of what a frame is read with: itself, its pair and its exchange. @throws HubError `gone` */
  withFrame(frameId: string): number[] {
    const { n, pair, exchange } = this.#row(frameId);
    return [n, pair, exchange].filter((place) => typeof place === 'number');
  }

  #row(frameId: string): SelectedRow {
    const place = this.#launches.placeOf(frameId);
    const row = place === undefined ? undefined : this.#find(place);
    if (!row) throw new HubError('gone', `Frame ${frameId} is not kept any more, or was not recorded.`);
    return row;
  }

  /** The row of one frame, which may be one of many that a stored row stands for. */
  #find(place: number): SelectedRow | undefined {
    const row = this.#statements.get(`${SELECT} WHERE f.n <= ? ORDER BY f.n DESC LIMIT 1`).get(place);
    const streams = row?.['streams'];
    if (!(streams instanceof Uint8Array)) return row?.['n'] === place ? row : undefined;
    const frame = streamFrames(Number(row?.['n']), streams).find((one) => one.place === place);
    if (!frame) return undefined;
    const { exchange, session, key, agent, wire } = frame;
    const name = this.#statements.get('SELECT text FROM names WHERE id = ?');
    const text = (id: number): unknown => name.get(id)?.['text'] ?? null;
    const names = { session_name: text(session), key_name: text(key), agent_name: text(agent) };
    return { ...row, ...names, n: place, exchange, wire: wire === -1 ? null : wire };
  }

  #bodyOf(id: number): FrameBody | undefined {
    const row = this.#statements.get('SELECT * FROM bodies WHERE id = ?').get(id);
    if (!row) return undefined;
    const bytes = Buffer.from(row['bytes'] as Uint8Array);
    const cut = row['file'] !== null;
    const shown = cut ? wholeCharacters(bytes) : bytes;
    const encoding = isUtf8(shown) ? 'utf8' : 'base64';
    return { encoding, text: shown.toString(encoding), sizeBytes: Number(row['size']), cut };
  }

  #bytes(row: SelectedRow, offset: number, length: number): Buffer {
    const { file, bytes } = row;
    if (typeof file !== 'string') return Buffer.from(bytes as Uint8Array).subarray(offset, offset + length);
    try {
      return this.#files.read(file, offset, length);
    } catch (error) {
      throw new HubError('gone', 'The file with this body is not there any more.', { cause: error });
    }
  }

  #record(row: SelectedRow): FrameRecord {
    const text = (column: string): string | undefined => {
      const value = row[column];
      return typeof value === 'string' ? value : undefined;
    };
    const number = (column: string): number | undefined => (row[column] === null ? undefined : Number(row[column]));
    const either = (column: string): string | number | undefined => {
      const value = row[column];
      return typeof value === 'string' || typeof value === 'number' ? value : undefined;
    };
    const id = (column: string): string | undefined =>
      row[column] === null ? undefined : this.#launches.idOf(Number(row[column]));
    const agentId = text('agent_name');
    const session = text('session_name');
    const suffix = text('suffix');
    const record = {
      id: this.#launches.idOf(Number(row['n'])),
      place: Number(row['n']),
      at: Number(row['at']),
      elapsedMs: Number(row['elapsed']),
      kind: frameKinds[Number(row['kind'])] ?? 'event',
      direction: row['direction'] === 0 ? 'in' : 'out',
      exchange: id('exchange'),
      sessionId: session,
      keyId: text('key_name'),
      agent: agentId === undefined ? undefined : agentOfId(agentId).agent,
      workspace: text('workspace_name'),
      wire: row['wire'] === null ? undefined : wires[Number(row['wire'])],
      method: text('method_name'),
      tool: text('tool_name'),
      subject: text('subject_name'),
      rpcId: either('rpc'),
      status: number('status'),
      outcome: frameOutcomes[Number(row['outcome'])] ?? 'pending',
      code: either('code'),
      sizeBytes: number('body_size') ?? Number(row['size']),
      pair: id('pair'),
      latencyMs: number('latency'),
      seq: number('seq'),
      eventId: text('event_id') ?? (suffix === undefined || session === undefined ? undefined : `${session}.${suffix}`),
      masked: Number(row['masked']),
      body: row['body_size'] === null ? 'none' : row['body_file'] === null ? 'whole' : 'preview',
      dropped: number('dropped'),
    };
    return Object.fromEntries(
      Object.entries(record).filter(([, value]) => value !== undefined),
    ) as unknown as FrameRecord;
  }
}

/** A token of a filter. */
function term(key: FrameTerm['key'], text: string): FrameTerm {
  return { key, value: { kind: 'text', text }, isNegated: false, from: 0, to: 0 };
}

/** A head as it is stored: lines between CRLF, of the request without the last empty ones. */
function headOf(text: unknown): FrameHead | undefined {
  if (typeof text !== 'string') return undefined;
  const [line = '', ...rest] = text.split('\r\n').filter((line) => line !== '');
  const headers = rest.map((header) => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon), header.slice(colon + 1).trim()] as const;
  });
  return { line, headers };
}

/** Without the beginning of a character at the end. */
function wholeCharacters(bytes: Buffer): Buffer {
  for (let cut = 0; cut < 4 && cut < bytes.length; cut += 1) {
    const shorter = bytes.subarray(0, bytes.length - cut);
    if (isUtf8(shorter)) return shorter;
  }
  return bytes;
}
