#!/usr/bin/env node
/**
 * The gate: format, lint with the walls, types, dead code, rules and their tests, names that stand twice, versions of
 * the contract. Every step runs whatever the others say, two at a time, and each prints its words in one piece. The
 * exit code is the number of steps that failed.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from '../../src/cli/launch/install.mjs';
import { requireNode } from '../../src/cli/launch/node-runtime.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @type {readonly (readonly [step: string, script: string, ...args: string[]])[]} */
const STEPS = [
  ['format', 'node_modules/oxfmt/bin/oxfmt', '--check'],
  ['lint', 'node_modules/oxlint/bin/oxlint', '--type-aware', '--report-unused-disable-directives', '--deny-warnings'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
  ['types of the dashboard', 'node_modules/typescript/bin/tsc', '-p', 'src/dashboard'],
  ['types of the shell', 'node_modules/typescript/bin/tsc', '-p', 'electron'],
  ['types of the tests', 'node_modules/typescript/bin/tsc', '-p', 'test'],
  ['dead code', 'node_modules/knip/bin/knip.js', '--no-progress'],
  ['rules', 'test/support/check-rules.mjs'],
  ['names', 'test/support/check-names.mjs'],
  ['contract', 'node_modules/vitest/vitest.mjs', 'run', '--mode', 'gate', 'test/unit/contract-version.test.ts'],
];

/** @param {(typeof STEPS)[number]} step @returns {Promise<boolean>} */
function run([step, script, ...args]) {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn(node, [path.join(root, script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => output.push(Buffer.from(error.message)));
    child.once('close', (code) => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${step} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(`${Buffer.concat(output).toString()}\n`);
      resolve(code === 0);
    });
  });
}

await ensureInstalled(root, (line) => process.stdout.write(`${line}\n`));
const node = requireNode(root);
const waiting = [...STEPS];
let failed = 0;
const lane = async () => {
  for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await run(step))) failed += 1;
};
await Promise.all([lane(), lane()]);
process.exitCode = failed;
