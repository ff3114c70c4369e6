import type { FrameBody, FrameContent, FrameHead } from '../frame-record.ts';
import { PRODUCT_VERSION } from '../version.ts';
import { formatCount, formatDateTime, formatDuration, formatSize } from '../words/units.ts';

/** What a page says of itself. */
export interface FramesPageOptions {
  readonly filter: string;
  /** Ms since the epoch. */
  readonly now: number;
  /** Name of a key by its id. */
  readonly keyName: (keyId: string) => string | undefined;
}

/**
 * Recorded frames as one HTML page that needs nothing else: no script, no address, no other file. It opens from a disk
 * years later, and what agents sent is text in it, whatever it is.
 *
 * @param contents oldest first
 * @returns parts of the page, in order
 */
export function* framesAsPage(contents: readonly FrameContent[], options: FramesPageOptions): Generator<string> {
  const { filter, now } = options;
  const bytes = contents.reduce((sum, { body, answer }) => sum + heldBytes(body) + heldBytes(answer), 0);
  const [first, last] = [contents[0], contents.at(-1)];
  const facts = [
    `${formatCount(contents.length)} ${contents.length === 1 ? 'frame' : 'frames'}`,
    bytes === 0 ? 'headers alone, no content' : `${formatSize(bytes)} of content`,
    'secrets are masked',
    ...(first && last ? [`${formatDateTime(first.frame.at)} to ${formatDateTime(last.frame.at)}`] : []),
  ];
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Wire of ${escaped(formatDateTime(now))}</title><style>${STYLE}</style></head><body>
<header><h1>Wire</h1><p>${facts.map(escaped).join(' · ')}</p>
<p>${filter === '' ? 'All frames' : `Filter <code>${escaped(filter)}</code>`}, exported ${escaped(formatDateTime(now))} by Signalbox ${escaped(PRODUCT_VERSION)}</p></header>
<main>
`;
  for (const content of contents) yield frameHtml(content, options);
  if (contents.length === 0) yield '<p>No frame passes the filter.</p>\n';
  yield '</main></body></html>\n';
}

function frameHtml(content: FrameContent, { keyName }: FramesPageOptions): string {
  const { frame, request, response, body, answer } = content;
  const { at, direction, kind, method, tool, subject, outcome, status, code, latencyMs, sizeBytes, keyId, agent } =
    frame;
  const who = agent ?? (keyId === undefined ? '' : (keyName(keyId) ?? keyId));
  const what = [kind, method, tool ?? subject].filter((part) => part !== undefined && part !== '').join(' ');
  const ended = [status, code, outcome].find((one) => one !== undefined) ?? '';
  const cells = [
    formatDateTime(at),
    direction === 'in' ? '→ hub' : '← hub',
    who,
    what,
    String(ended),
    latencyMs === undefined ? '' : formatDuration(latencyMs),
    formatSize(sizeBytes),
  ];
  const summary = cells.map((cell) => `<span>${escaped(cell)}</span>`).join('');
  const parts = [
    headHtml('Request', request),
    headHtml('Response', response),
    bodyHtml('Body', body),
    bodyHtml('Answer', answer),
  ];
  return `<details class="${outcome}"><summary>${summary}</summary>${parts.join('')}<p class="id">${escaped(frame.id)}</p></details>\n`;
}

function headHtml(title: string, head: FrameHead | undefined): string {
  if (!head) return '';
  const lines = [head.line, ...head.headers.map(([name, value]) => `${name}: ${value}`)];
  return `<h2>${title} headers</h2><pre>\n${escaped(lines.join('\n'))}</pre>`;
}

function bodyHtml(title: string, body: FrameBody | undefined): string {
  if (!body) return '';
  const notes = [
    formatSize(body.sizeBytes),
    ...(body.encoding === 'base64' ? ['not UTF-8, as base64'] : []),
    ...(body.cut ? ['only its beginning is here'] : []),
  ];
  return `<h2>${title} <small>${escaped(notes.join(', '))}</small></h2><pre>\n${escaped(body.text)}</pre>`;
}

function heldBytes(body: FrameBody | undefined): number {
  return body === undefined ? 0 : new TextEncoder().encode(body.text).length;
}

/** A carriage return too: a reader of HTML would take it for a line feed. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"'\r]/gu, (letter) => `&#${letter.codePointAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d8dce2,#343a44);--dim:light-dark(#5b6470,#9aa4b2);--bad:light-dark(#b3261e,#ff8a80)}
body{font:13px/1.5 system-ui,sans-serif;margin:0;padding:16px 24px}
h1{font-size:18px;margin:0}h2{font-size:12px;margin:10px 0 2px}header p{margin:2px 0;color:var(--dim)}header{margin-bottom:12px}
details{border-top:1px solid var(--line)}summary{display:grid;grid-template-columns:160px 52px 130px minmax(0,1fr) 100px 80px 80px;gap:10px;padding:4px 0;cursor:pointer}
summary span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-variant-numeric:tabular-nums}
summary span:nth-child(1),summary span:nth-child(2),small,.id{color:var(--dim)}summary span:nth-child(n+6){text-align:right}
.error summary span:nth-child(5),.refused summary span:nth-child(5),.aborted summary span:nth-child(5){color:var(--bad)}
pre{font:12px/1.45 ui-monospace,monospace;margin:0;padding:8px;white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:4px}
.id{font:11px ui-monospace,monospace;margin:6px 0 12px}
@media print{details{break-inside:avoid}}
`;
