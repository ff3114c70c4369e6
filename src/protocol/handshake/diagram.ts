import type { FrameRecord } from '../frame-record.ts';
import { completion } from './when-complete.ts';
import { clockOf } from './clock.ts';
import { findingsOf } from './doctor.ts';
import { introduction, saidIn } from './handshake-facts.ts';
import { cutMiddle, foldPushes } from './folds.ts';
import {
  participants,
  type Diagram,
  type DiagramRow,
  type DiagramSource,
  type Finding,
  type Participant,
} from './model.ts';
import { isRefused, isStream } from './parts.ts';
import { diagramRows } from './rows.ts';

/** Rows of the beginning that are always drawn: a handshake has some ten, and one that never ends has to end here. */
const MOST_HEAD = 40;
/** Rows behind them, where nobody says how many. */
const USUAL_ROWS = 200;
/** Contents that are read for a diagram, at most. */
const MOST_CONTENTS = 40;
const MOST_STREAMS = 5;

/**
 * The sequence diagram of a connection: its rows from top to bottom, what was agreed on, and what deviates.
 *
 * @param most rows behind those of the handshake; what is between them is one row with a count
 */
export function diagramOf(source: DiagramSource, { most = USUAL_ROWS }: { readonly most?: number } = {}): Diagram {
  const findings = findingsOf(source);
  const rows = foldPushes(withFindings(diagramRows(source), findings));
  const end = rows.findIndex(({ kind }) => kind === 'complete') + 1;
  const head = Math.min(end === 0 ? MOST_HEAD : end, MOST_HEAD);
  const shown = cutMiddle(rows, { head, most, left: source.left });
  const wire = source.frames.find((frame) => frame.wire !== undefined)?.wire;
  const done = completion(source.frames);
  const tookMs = done && clockOf(source.frames).get(done.id);
  return {
    participants: participantsOf(shown),
    rows: shown,
    facts: { ...(wire === undefined ? {} : { wire }), ...saidIn(source), ...(tookMs === undefined ? {} : { tookMs }) },
    findings,
  };
}

/** Frames whose heads or bodies a diagram needs: those of the handshake, of refusals and of streams. */
export function wantedContents(frames: readonly FrameRecord[]): readonly string[] {
  const done = completion(frames);
  const exchanges = frames.filter(({ kind }) => kind === 'exchange');
  const early = exchanges.filter(({ place }) => !done || place <= done.place).slice(0, MOST_CONTENTS / 4);
  const refused = exchanges.filter(isRefused).slice(-MOST_CONTENTS / 2);
  const streams = exchanges.filter(isStream).slice(-MOST_STREAMS);
  const intro = introduction(frames);
  const said = [intro?.id, intro?.pair].filter((id) => id !== undefined);
  return [...new Set([...said, ...[...early, ...refused, ...streams].map(({ id }) => id)])].slice(0, MOST_CONTENTS);
}

function withFindings(rows: readonly DiagramRow[], findings: readonly Finding[]): readonly DiagramRow[] {
  if (findings.length === 0) return rows;
  return rows.map((row) => {
    const own = findings.filter(({ rowId }) => rowId === row.id);
    return own.length === 0 ? row : { ...row, tone: 'refused', findings: own };
  });
}

function participantsOf(rows: readonly DiagramRow[]): readonly Participant[] {
  const used = new Set<Participant>(['agent', 'edge']);
  for (const row of rows) {
    if (row.kind === 'arrow') used.add(row.from).add(row.to);
    else if ('participant' in row) used.add(row.participant);
  }
  return participants.filter((participant) => used.has(participant));
}
