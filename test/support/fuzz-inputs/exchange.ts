import { connect } from 'node:net';

/** What became of one input. */
export interface Answer {
  /** Status of the last response; undefined where none came. */
  readonly status: number | undefined;
  /** All that came, at most {@link MOST_KEPT} characters of it. */
  readonly text: string;
  /** `late`: neither a whole answer nor the end of the connection within the limit. */
  readonly end: 'answered' | 'closed' | 'late';
}

const MOST_KEPT = 1024 * 1024;
/** After so much silence an input that may be no whole request is ended from this side. */
const QUIET_MS = 60;
/** And after so much in any case: a dashboard is sent things all the time. */
const LONGEST_MS = 400;

export interface ExchangeOptions {
  readonly limitMs: number;
  /** Whether the hub has got all that it needs for an answer; else the connection is half-closed, and has to end. */
  readonly isWhole: boolean;
  /** Written once something came, as WebSocket frames after the upgrade are. */
  readonly follows?: Buffer;
}

/** Writes bytes on a connection of their own and reads until the answer is whole, the connection ends, or it is late. */
export function exchange(port: number, bytes: Buffer, { limitMs, isWhole, follows }: ExchangeOptions): Promise<Answer> {
  return new Promise((resolve) => {
    let text = '';
    let quiet: NodeJS.Timeout | undefined;
    let longest: NodeJS.Timeout | undefined;
    let next = follows;
    const isHead = bytes.subarray(0, 5).toString('latin1') === 'HEAD ';
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    const done = (end: Answer['end']): void => {
      for (const timer of [quiet, longest, late]) clearTimeout(timer);
      socket.removeAllListeners('close');
      socket.destroy();
      resolve({ status: statusIn(text), text, end });
    };
    const late = setTimeout(() => done('late'), limitMs);
    const endWhenQuiet = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(() => socket.end(), QUIET_MS);
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      socket.write(bytes);
      if (isWhole) return;
      endWhenQuiet();
      longest = setTimeout(() => socket.end(), LONGEST_MS);
    });
    socket.on('data', (piece: string) => {
      if (text.length < MOST_KEPT) text += piece;
      if (next && text.includes('\r\n\r\n')) {
        socket.write(next);
        next = undefined;
      }
      if (!isWhole) endWhenQuiet();
      else if (isComplete(text, isHead)) done('answered');
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => undefined); // `close` follows
    socket.on('close', () => done('closed'));
  });
}

function statusIn(text: string): number | undefined {
  const found = [...text.matchAll(/(?:^|\r\n)HTTP\/1\.1 ([2-5]\d\d) /gu)].at(-1)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Whether a response is there whole; of an event stream the first event is enough. */
function isComplete(text: string, isHead: boolean): boolean {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return false;
  if (isHead) return true;
  const head = text.slice(0, headEnd).toLowerCase();
  const body = text.slice(headEnd + 4);
  if (head.startsWith('http/1.1 100')) return isComplete(body, isHead);
  if (head.includes('\r\ncontent-type: text/event-stream')) return body.includes('\n\n') || body.endsWith('0\r\n\r\n');
  if (head.includes('\r\ntransfer-encoding: chunked')) return body.endsWith('0\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/u.exec(head)?.[1];
  return length === undefined ? /^http\/1\.1 (?:101|204|304)/u.test(head) : body.length >= Number(length);
}
