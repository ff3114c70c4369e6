import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { hubEventSchema } from '../../src/protocol/events.ts';
import { CHANNEL_VERSION, PROTOCOL_VERSION } from '../../src/protocol/version.ts';

/** The newest release in CHANGELOG.md, and the versions that it had. */
const released = { product: '0.1.0', channel: 1, events: 1 };
/** What to do about a change, where this version has `now` and the last release had `then`. */
const changed = (name: string, now: number, then: number, more = ''): string =>
  now > then
    ? `The contract has changed. ${name} is ${now} and was ${then} in ${released.product}: nothing is to be raised, put the digest received below at the top of this test.${more}`
    : `The contract has changed. If a hub or a page of ${released.product} would get the new one wrong, ${name} in src/protocol/version.ts has to be ${then + 1}. Then put the version and digest received below at the top of this test.${more}`;
const events = { version: 1, digest: 'c261689f748bcd1f' };
const channel = { version: 4, digest: 'd056c3b8b0ee1ec0' };

/** Where calls and their answers, and what pushes carry besides events, are declared. Types have no schema to ask. */
const DECLARED = [
  'agent-login',
  'api',
  'client-offers',
  'file-diff',
  'frame-record',
  'frames',
  'knowledge',
  'local-file',
  'open-answer',
  'recorder-settings',
  'records',
  'refused-connection',
  'retention-state',
  'signed-checkpoint',
  'snapshot',
  'state',
  'ticks',
  'tool-policy',
];

test('[EV6] events are those of this version of the log', () => {
  const digest = digestOf(JSON.stringify(z.toJSONSchema(hubEventSchema)));
  const pages = ` A new type of event alone needs no higher PROTOCOL_VERSION, but a CHANNEL_VERSION above ${released.channel}, and it is ${CHANNEL_VERSION}: a page of the release stops at a type that it does not know.`;
  expect(
    { version: PROTOCOL_VERSION, digest },
    changed('PROTOCOL_VERSION', PROTOCOL_VERSION, released.events, pages),
  ).toEqual(events);
});

test('[EV7] calls, answers and pushes are those of this version of the channel', () => {
  const changelog = readFileSync(path.resolve(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  const [, newest] = /^## (\d\S*)/mu.exec(changelog) ?? [];
  expect(newest, 'There was a release: put it and its versions into `released` and into version.ts').toBe(
    released.product,
  );
  const cwd = path.resolve(import.meta.dirname, '../../src/protocol');
  const files = [...globSync('calls/*.ts', { cwd }), ...DECLARED.map((name) => `${name}.ts`)].sort();
  const texts = files.map((file) => declarations(readFileSync(path.join(cwd, file), 'utf8')));
  expect(
    { version: CHANNEL_VERSION, digest: digestOf(texts.join('\n')) },
    changed('CHANNEL_VERSION', CHANNEL_VERSION, released.channel),
  ).toEqual(channel);
});

/** A file's text without comments, imports and layout. */
function declarations(text: string): string {
  return text.replaceAll(/\/\*.*?\*\/|(?<!:)\/\/[^\n]*|^import .*?;$/gmsu, '').replaceAll(/\s+/gu, ' ');
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
