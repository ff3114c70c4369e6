import type { FrameContent, FrameRecord } from '../frame-record.ts';
import type { SentKey } from '../refused-connection.ts';
import type { DeviationCode } from './deviations.ts';
import type { Wire } from '../wire-names.ts';

/** Who takes part, from left to right. */
export const participants = ['agent', 'edge', 'session', 'hub', 'worker'] as const;
export type Participant = (typeof participants)[number];

/** What is known of one connection: a session, or the tries of one client that were refused. */
export interface DiagramSource {
  /** In the order of their places, each once. */
  readonly frames: readonly FrameRecord[];
  /** Heads and bodies, by the ids of frames; at least those that {@link wantedContents} names, as far as they are kept. */
  readonly contents: ReadonlyMap<string, FrameContent>;
  /** How many frames between the first and the last of them are not among `frames`; `isAtLeast`: or more. */
  readonly left?: { readonly count: number; readonly isAtLeast: boolean } | undefined;
  /** Ms since the epoch. */
  readonly now: number;
  /** Whether more may come. */
  readonly isOpen: boolean;
  /** Where the hub is reached, for what to send instead. */
  readonly url: string;
  /** What the hub saw of the key of refused tries; heads have it masked. */
  readonly sentKey?: SentKey['kind'] | undefined;
  /** How often the client tried to connect, and when first and last. */
  readonly tries?: { readonly count: number; readonly firstAt: number; readonly lastAt: number } | undefined;
  /** When this client opened its sessions, ms since the epoch, in order. */
  readonly openings?: readonly number[] | undefined;
  /** What a key is called. */
  readonly keyName?: ((keyId: string) => string | undefined) | undefined;
}

/** How a check of a request went. `unreached`: an earlier check refused the request. */
export type Verdict = 'passed' | 'refused' | 'unreached';

export interface GuardCheck {
  readonly name: 'Host' | 'Origin' | 'Key' | 'Scope';
  readonly verdict: Verdict;
  /** What it was checked on: the value of a header, the name of a key. */
  readonly value: string;
}

/** A deviation from the specification, or from what this hub accepts. */
export interface Finding {
  readonly code: DeviationCode;
  /** The row that it is about. */
  readonly rowId: string;
}

/** How what a row shows went. `pending`: not answered (yet). */
export type RowTone = 'plain' | 'ok' | 'refused' | 'pending' | 'quiet';

interface RowBase {
  /** Unique in a diagram, and the same each time that it is drawn. */
  readonly id: string;
  /** Ms since the first row, on a clock that never goes back. */
  readonly ms: number;
  /** The frame that it shows; of a fold the first. */
  readonly frameId?: string;
  readonly tone: RowTone;
  readonly findings: readonly Finding[];
}

export interface ArrowRow extends RowBase {
  readonly kind: 'arrow';
  readonly from: Participant;
  readonly to: Participant;
  readonly text: string;
  /** `dashed`: an answer, or what goes out by itself. */
  readonly line: 'solid' | 'dashed';
}

export interface GuardsRow extends RowBase {
  readonly kind: 'guards';
  readonly guards: readonly GuardCheck[];
}

/** The handshake is complete. */
export interface CompleteRow extends RowBase {
  readonly kind: 'complete';
  readonly tookMs: number;
}

/** Something that lasts: a wait for a lock. */
export interface BarRow extends RowBase {
  readonly kind: 'bar';
  readonly participant: Participant;
  readonly text: string;
  /** So far, while it is pending. */
  readonly tookMs: number;
}

/** Many frames as one row. */
export interface FoldRow extends RowBase {
  readonly kind: 'fold';
  readonly what: 'pushes' | 'progress' | 'frames';
  readonly count: number;
  /** Whether there may be more. */
  readonly isAtLeast?: boolean;
  readonly participant: Participant;
}

export interface NoteRow extends RowBase {
  readonly kind: 'note';
  readonly participant: Participant;
  readonly text: string;
}

export type DiagramRow = ArrowRow | GuardsRow | CompleteRow | BarRow | FoldRow | NoteRow;

/** What both sides agreed on. */
export interface HandshakeFacts {
  readonly wire?: Wire;
  /** The revision that the client asked for, and that which the hub answered. */
  readonly asked?: string;
  readonly agreed?: string;
  readonly client?: { readonly name: string; readonly version: string };
  readonly server?: { readonly name: string; readonly version: string };
  /** Undefined where nobody said. */
  readonly clientCan?: readonly string[];
  readonly hubCan?: readonly string[];
  /** From the first frame to the end of the handshake. */
  readonly tookMs?: number;
}

export interface Diagram {
  /** Those that take part, in order. */
  readonly participants: readonly Participant[];
  readonly rows: readonly DiagramRow[];
  readonly facts: HandshakeFacts;
  readonly findings: readonly Finding[];
}
