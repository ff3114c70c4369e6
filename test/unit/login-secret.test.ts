import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { needsPosix } from '../support/needs.ts';
import { createLoginSecret, loginSecretFile } from '../../src/server/desk/login/login-secret.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function dataDir(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-secret-'));
  folders.push(folder);
  return folder;
}

function logger() {
  const said: string[] = [];
  const say =
    (level: string) =>
    (_: object, message: string): void => {
      said.push(`${level}: ${message}`);
    };
  return { said, info: say('info'), warn: say('warn'), error: say('error') };
}

test('[DB41] the secret is made when it is first needed, whole, for the owner alone, and stays', () => {
  const dir = dataDir();
  const log = logger();
  const secret = createLoginSecret(dir, log);
  expect(readdirSync(dir)).toEqual([]);
  const value = secret.value();
  expect(value).toHaveLength(32);
  expect(readdirSync(dir)).toEqual([path.basename(loginSecretFile(dir))]);
  expect(readFileSync(loginSecretFile(dir))).toEqual(value);
  if (process.platform !== 'win32') expect(statSync(loginSecretFile(dir)).mode & 0o777).toBe(0o600);
  expect(secret.value()).toEqual(value);
  expect(createLoginSecret(dir, log).value()).toEqual(value);
  expect(log.said).toEqual([expect.stringMatching(/^info: a new secret/u)]);
  expect(createLoginSecret(dataDir(), log).value()).not.toEqual(value);
});

test('[DB41] a lost or damaged secret is made anew and said; one that cannot be kept holds until the end', () => {
  const dir = dataDir();
  const file = loginSecretFile(dir);
  const first = createLoginSecret(dir, logger()).value();
  writeFileSync(file, first.subarray(0, 31));
  const damaged = logger();
  const second = createLoginSecret(dir, damaged).value();
  expect(second).toHaveLength(32);
  expect(second.subarray(0, 31)).not.toEqual(first.subarray(0, 31));
  expect(damaged.said).toEqual([expect.stringContaining('damaged'), expect.stringMatching(/^info: a new secret/u)]);
  rmSync(file);
  const lost = logger();
  expect(createLoginSecret(dir, lost).value()).not.toEqual(second);
  expect(lost.said).toEqual([expect.stringMatching(/^info: a new secret/u)]);

  const gone = logger();
  const nowhere = createLoginSecret(path.join(dir, 'gone'), gone);
  expect(nowhere.value()).toEqual(nowhere.value());
  expect(gone.said).toEqual([expect.stringMatching(/^warn: .*cannot be kept/u)]);
  expect(() => nowhere.replace()).toThrow('ENOENT');
});

test('[DB42] a secret that was replaced does not come back', () => {
  const dir = dataDir();
  const secret = createLoginSecret(dir, logger());
  const before = secret.value();
  secret.replace();
  const after = secret.value();
  expect(after).not.toEqual(before);
  expect(createLoginSecret(dir, logger()).value()).toEqual(after);
  expect(readdirSync(dir)).toHaveLength(1);
});

test(
  '[DB41] a secret that a copied folder has opened to others is for its owner alone once it is read',
  needsPosix,
  () => {
    const dir = dataDir();
    const file = loginSecretFile(dir);
    const value = createLoginSecret(dir, logger()).value();
    for (const mode of [0o644, 0o666, 0o640]) {
      chmodSync(file, mode);
      expect(createLoginSecret(dir, logger()).value()).toEqual(value);
      expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    }
  },
);
