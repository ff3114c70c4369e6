import { hash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { hubEventSchema } from '../../src/protocol/events.ts';
import { CHANNEL_VERSION, PROTOCOL_VERSION } from '../../src/protocol/version.ts';

/** The newest release in CHANGELOG.md, and the versions that it had. */
const released = { product: '0.1.0', channel: 1, events: 1 };
const changed =
  'The contract has changed. If a hub or a page of the last release would get the new one wrong, its version in ' +
  `src/protocol/version.ts has to be higher than that release's: ${released.product} had CHANNEL_VERSION ${released.channel} ` +
  `and PROTOCOL_VERSION ${released.events}. Then put the version and digest received below at the top of this test`;
const events = { version: 1, digest: 'c261689f748bcd1f' };
const channel = { version: 4, digest: '7359da4e4361fcc4' };

/** Where calls and their answers, and what pushes carry besides events, are declared. Types have no schema to ask. */
const DECLARED = [
  '{calls,frames}/*.ts',
  '{agent-login,api,file-diff,frames,local-file,open-answer,records,refused-connections,snapshot,state,ticks}.ts',
];

test('[EV6] events are those of this version of the log', () => {
  const digest = digestOf(JSON.stringify(z.toJSONSchema(hubEventSchema)));
  const pages =
    'A new type of event alone needs no higher PROTOCOL_VERSION, but a CHANNEL_VERSION above that of the release: ' +
    'a page of the release stops at a type that it does not know';
  expect({ version: PROTOCOL_VERSION, digest }, `${changed}. ${pages}`).toEqual(events);
});

test('[EV7] calls, answers and pushes are those of this version of the channel', () => {
  const changelog = readFileSync(path.resolve(import.meta.dirname, '../../CHANGELOG.md'), 'utf8');
  const [, newest] = /^## (\d\S*)/mu.exec(changelog) ?? [];
  expect(newest, 'There was a release: put it and its versions into `released` and into version.ts').toBe(
    released.product,
  );
  const cwd = path.resolve(import.meta.dirname, '../../src/protocol');
  const files = globSync(DECLARED, { cwd }).sort();
  expect(files.length).toBeGreaterThan(15);
  const texts = files.map((file) => declarations(readFileSync(path.join(cwd, file), 'utf8')));
  expect({ version: CHANNEL_VERSION, digest: digestOf(texts.join('\n')) }, changed).toEqual(channel);
});

/** A file's text without comments, imports and layout. */
function declarations(text: string): string {
  return text.replaceAll(/\/\*.*?\*\/|(?<!:)\/\/[^\n]*|^import .*?;$/gmsu, '').replaceAll(/\s+/gu, ' ');
}

function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
