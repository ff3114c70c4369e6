#!/usr/bin/env node
/**
 * Stands in for the person's browser: opens a login's page, with the desk's own cookie, and presses Allow; then follows
 * where that leads, as a browser does. `SIGNALBOX_ADMIN_TOKEN` logs in to the hub; the page's own name is taken.
 *
 *     login-browser.mjs URL
 */
const url = process.argv.slice(2).find((word) => word.startsWith('http'));
if (!url?.includes('/agent/authorize')) process.exit(0); // another page that a client wants to show
const { origin } = new URL(url);
const follow = { redirect: 'manual' };
const login = await fetch(`${origin}/api/login`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ token: process.env['SIGNALBOX_ADMIN_TOKEN'] }),
});
const cookie = login.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
const begun = await fetch(url, follow);
const page = new URL(begun.headers.get('location') ?? '', origin);
const text = await (await fetch(page, { headers: { cookie } })).text();
const valueOf = (name) => new RegExp(`name="${name}"[^>]* value="([^"]*)"`, 'u').exec(text)?.[1] ?? '';
const workspace = /name="workspace">\s*<option value="([^"]+)"/u.exec(text)?.[1] ?? '';
const allowed = await fetch(page, {
  method: 'POST',
  headers: { cookie, origin },
  body: new URLSearchParams({
    form_token: valueOf('form_token'),
    decision: 'allow',
    name: valueOf('name'),
    role: 'editor',
    workspace,
  }),
});
const [, to = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/u.exec(await allowed.text()) ?? [];
const answer = await fetch(to.replaceAll('&amp;', '&'));
process.stdout.write(`allowed as ${valueOf('name')}, answered ${answer.status}\n`);
