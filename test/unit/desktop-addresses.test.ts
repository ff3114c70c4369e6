import { expect, test } from 'vitest';
import { isAppHost, isAppPage, isDashboard } from '../../electron/app-page.ts';
import { connectArguments } from '../../electron/connect-arguments.ts';
import { isClientLink, webAddress } from '../../electron/outside-link.ts';
import { clientKinds } from '../../src/setup/clients.ts';

test.each([
  'file:///etc/passwd',
  'smb://server/share',
  'ms-settings:privacy',
  'javascript:alert(1)',
  'data:text/html,<script>1</script>',
  'mailto:someone@example.com',
  'ftp://example.com/',
  'app://signalbox/',
  'vscode://file/etc/passwd',
  'https://user:secret@example.com/',
  'https://user@example.com/',
  'https://:secret@example.com/',
  '//example.com/',
  'example.com',
  'https://',
  '',
])('[EL3] %j is opened nowhere', (text) => {
  expect(webAddress(text)).toBeUndefined();
});

test.each([
  ['https://example.com/docs?a=1#b', 'https://example.com/docs?a=1#b'],
  ['http://127.0.0.1:7337/', 'http://127.0.0.1:7337/'],
  [' HTTPS://Example.COM/ü ', 'https://example.com/%C3%BC'],
])('[EL3] the web address %j is opened outside, in its normal form', (text, address) => {
  expect(webAddress(text)).toBe(address);
});

test('[EL32] of other addresses those alone are opened by which a client lets Signalbox be added', () => {
  for (const kind of clientKinds) {
    const link = kind.link?.({ command: '/n/node', args: ['/d/connect.mjs'] });
    if (link !== undefined) expect(isClientLink(link), kind.id).toBe(true);
  }
  for (const text of [
    'vscode://file/etc/passwd',
    'vscode:extension/a.b',
    'cursor://x/mcp/install?',
    ' vscode:mcp/install?',
  ]) {
    expect(isClientLink(text), text).toBe(false);
  }
});

test('[EL31] the word connect comes first, behind the app’s folder where the app is not packaged', () => {
  expect(connectArguments(['/app', 'connect', '--as', 'x'], true)).toEqual(['--as', 'x']);
  expect(connectArguments(['/electron', '/folder', 'connect'], false)).toEqual([]);
  expect(connectArguments(['/app', '--port', '0', 'connect'], true)).toBeUndefined();
});

test('[EL18] under app:// there is one host, and one page of it is the dashboard', () => {
  for (const url of ['app://signalbox/', 'app://signalbox', 'app://signalbox/#/files/x', 'app://signalbox/?a=1']) {
    expect(isAppHost(url), url).toBe(true);
    expect(isAppPage(url), url).toBe(true);
  }
  // Its own host, where the files of agents are too.
  for (const url of ['app://signalbox/files/default/a.html', 'app://signalbox//', 'app://signalbox/index.html']) {
    expect(isAppHost(url), url).toBe(true);
    expect(isAppPage(url), url).toBe(false);
  }
  for (const url of [
    'app://other/',
    'app://signalbox.other/',
    'app://signalbox:80/',
    'app://signalbox@other/',
    'https://signalbox/',
    'file:///signalbox/',
    'about:blank',
    'signalbox',
    '',
  ]) {
    expect(isAppHost(url), url).toBe(false);
    expect(isAppPage(url), url).toBe(false);
  }
});

test('[EL18] only the top frame of the dashboard gets a channel', () => {
  const url = 'app://signalbox/';
  expect(isDashboard({ url, parent: null })).toBe(true);
  expect(isDashboard({ url, parent: { url } })).toBe(false);
  expect(isDashboard({ url: 'app://signalbox/files/default/a.html', parent: null })).toBe(false);
  expect(isDashboard({ url: 'app://other/', parent: null })).toBe(false);
  expect(isDashboard(null)).toBe(false);
});
