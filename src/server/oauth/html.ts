import { hash } from 'node:crypto';

/** HTML that is safe to put into a page: made by {@link markup} alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A piece of HTML. Texts in it are escaped, pieces are not, lists are put one after the other. */
export function markup(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  return new Html(parts.reduce((text, part, at) => text + shown(values[at - 1] ?? '') + part));
}

function shown(value: string | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value !== 'string') return value.map(({ text }) => text).join('');
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const STYLE = `:root{color-scheme:light dark;--ink:#16191d;--dim:#565e68;--back:#f4f5f7;--card:#fff;--line:#d5d9de;--go:#0a6b3d;--goink:#fff;--stop:#a3261c}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#a0a8b3;--back:#121417;--card:#1b1e23;--line:#343a42;--go:#3fbf7f;--goink:#06140c;--stop:#ff8c7f}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{width:100%;max-width:520px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:24px}
h1{font-size:20px;line-height:1.3;margin:0 0 8px;overflow-wrap:anywhere}p{margin:8px 0}.dim{color:var(--dim)}
.code{font:600 30px/1.2 ui-monospace,monospace;letter-spacing:.08em;margin:16px 0 4px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:16px 0}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.mono{font-family:ui-monospace,monospace;font-size:13px}label{display:block;margin:12px 0 4px}
input,select{width:100%;padding:8px 10px;font:inherit;color:inherit;background:var(--back);border:1px solid var(--dim);border-radius:6px}
.row{display:flex;gap:12px;margin-top:20px}button{font:inherit;font-weight:600;padding:8px 20px;border-radius:6px;border:1px solid var(--dim);background:none;color:inherit;cursor:pointer}
button.go{background:var(--go);border-color:var(--go);color:var(--goink)}.bad{color:var(--stop)}a{color:inherit}
:focus-visible{outline:2px solid var(--go);outline-offset:2px}`;

/** Looks whether the login was decided elsewhere, and goes on then: the page cannot, as somebody may be writing in it. */
const SCRIPT = `setInterval(function(){fetch(location.pathname+'?look').then(function(a){if(a.status!==204)location.replace(location.pathname)}).catch(function(){})},1500)`;

function sourceOf(text: string): string {
  return `'sha256-${hash('sha256', text, 'base64')}'`;
}

/**
 * What a page may do: show itself, send its form here and look here; in no frame, and without a referrer for others.
 * Forms are sent with an `Origin`, which `no-referrer` would take.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src ${sourceOf(STYLE)}; script-src ${sourceOf(SCRIPT)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'X-Frame-Options': 'DENY',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** How a page goes on by itself: to an address at once, or when it was decided elsewhere. */
export type GoesOn = { readonly to: string } | 'when decided';

/** A whole page. Without scripts, one that waits is loaded again every two seconds. */
export function wholePage(title: string, body: Html, goesOn?: GoesOn): string {
  const waits = goesOn === 'when decided';
  const refresh =
    typeof goesOn === 'object' ? markup`<meta http-equiv="refresh" content="${`0;url=${goesOn.to}`}" />` : markup``;
  const again = new Html(waits ? '<noscript><meta http-equiv="refresh" content="2" /></noscript>' : '');
  const head = markup`<meta charset="utf-8" /><meta name="viewport" content="width=device-width" />${refresh}${again}`;
  // As their hashes have it: no blank more.
  const style = new Html(`<style>${STYLE}</style>`);
  const script = new Html(waits ? `<script>${SCRIPT}</script>` : '');
  const whole = markup`<html lang="en"><head>${head}<title>${title}</title>${style}</head><body><main>${body}</main>${script}</body></html>`;
  return `<!doctype html>${whole.text}\n`;
}
