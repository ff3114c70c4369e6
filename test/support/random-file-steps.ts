import fc from 'fast-check';
import { findJob } from '../../src/hub/jobs/job-queries.ts';
import type { Origin, Rule } from '../../src/hub/rule.ts';
import { copyFile, moveFile } from '../../src/hub/rules/file-copies.ts';
import { deleteFile, restoreFile, writeFile } from '../../src/hub/rules/files.ts';
import { failJob, succeedJob } from '../../src/hub/rules/job-ends.ts';
import { cancelJob, queueJob, requeueJob, retryJob, startJob } from '../../src/hub/rules/jobs.ts';
import { cancelUpload, createUpload, finishUpload } from '../../src/hub/rules/uploads.ts';
import { fileExtract } from '../../src/jobs/file-extract/kind.ts';
import { placeKey } from '../../src/protocol/place-key.ts';
import { human, type TestHub } from './open-hub.ts';

/** Where files, uploads and jobs happen; on the first of them locks are taken too. */
const PATHS = ['plan.md', 'notes.md', 'a/c'];
const HUB: Origin = { actor: { kind: 'hub' } };

const where = fc.constantFrom(...PATHS);
/** The last one fits a workspace's quota once, and not twice. */
const sizeBytes = fc.constantFrom(0, 7, 4_096, 6_000_000_000);
/** Which of several, counted around. */
const nth = fc.nat(9);
/** Whether in the workspace that all know, or in one that somebody made and that may be deleted. */
const elsewhere = fc.constantFrom(false, false, false, true);
// The cast says what `record` loses of fields that are spread: that each is there.
const one = <const Kind extends string, T>(kind: Kind, fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record({ kind: fc.constant(kind), elsewhere, byPerson: fc.boolean(), ...fields }) as fc.Arbitrary<
    { readonly kind: Kind; readonly elsewhere: boolean; readonly byPerson: boolean } & Readonly<T>
  >;

/** What befalls files, uploads and jobs; each goes through the rule that the product uses. */
export const fileStep = fc.oneof(
  { weight: 8, arbitrary: one('write', { where, sizeBytes }) },
  { weight: 4, arbitrary: one('copy', { where, to: where, overwrite: fc.boolean(), across: fc.boolean() }) },
  { weight: 5, arbitrary: one('move', { where, to: where, overwrite: fc.boolean() }) },
  { weight: 3, arbitrary: one('remove', { where, purge: fc.boolean() }) },
  { weight: 3, arbitrary: one('restore', { where, version: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 4, arbitrary: one('upload', { where, sizeBytes }) },
  { weight: 3, arbitrary: one('finish upload', { nth }) },
  { weight: 2, arbitrary: one('cancel upload', { nth }) },
  { weight: 5, arbitrary: one('extract', { where }) },
  { weight: 5, arbitrary: one('start job', { nth }) },
  { weight: 3, arbitrary: one('succeed job', { nth }) },
  { weight: 4, arbitrary: one('fail job', { nth }) },
  { weight: 2, arbitrary: one('cancel job', { nth }) },
  { weight: 1, arbitrary: one('requeue job', { nth }) },
  { weight: 2, arbitrary: one('retry job', { nth }) },
);

export type FileStep = typeof fileStep extends fc.Arbitrary<infer Step> ? Step : never;

/** Commits a command; answers nothing where the rule refuses it. */
export type Run = <C, R>(rule: Rule<C, R>, command: C, origin: Origin) => R | undefined;

/** Plays a step for an agent. `jobs` are the ids of all jobs so far. */
export async function playFileStep(
  { hub, workspace: known }: TestHub,
  step: FileStep,
  { agent, run, jobs }: { readonly agent: Origin; readonly run: Run; readonly jobs: string[] },
): Promise<void> {
  const other = hub.state.workspaces.keys().find((id) => id !== known) ?? known;
  const workspace = step.elsewhere ? other : known;
  const origin = step.elsewhere || step.byPerson ? human : agent;
  const lock = 'where' in step ? hub.state.locks.get(placeKey(workspace, step.where)) : undefined;
  const isMine = origin.actor.kind === 'agent' && lock?.keyId === origin.actor.key;
  const underLock = lock && isMine ? { lockId: lock.lockId, fence: lock.fence } : {};
  switch (step.kind) {
    case 'write':
      run(
        writeFile,
        { workspace, path: step.where, ...contentOf(step.sizeBytes), source: 'tool', ...underLock },
        origin,
      );
      return;
    case 'copy': {
      const toWorkspace = step.across ? other : workspace;
      run(copyFile, { workspace, from: step.where, to: step.to, overwrite: step.overwrite, toWorkspace }, origin);
      return;
    }
    case 'move':
      run(moveFile, { workspace, from: step.where, to: step.to, overwrite: step.overwrite, ...underLock }, origin);
      return;
    case 'remove':
      run(deleteFile, { workspace, path: step.where, purge: step.purge, ...underLock }, origin);
      return;
    case 'restore':
      run(restoreFile, { workspace, path: step.where, version: step.version, ...underLock }, origin);
      return;
    case 'upload':
      run(createUpload, { workspace, path: step.where, sizeBytes: step.sizeBytes, ...underLock }, origin);
      return;
    case 'finish upload': {
      const upload = pick([...hub.state.uploads.values()], step.nth);
      if (!upload) return;
      const starter: Origin = { actor: upload.startedBy };
      run(finishUpload, { uploadId: upload.id, ...contentOf(upload.sizeBytes), source: 'upload' }, starter);
      return;
    }
    case 'cancel upload': {
      const upload = pick([...hub.state.uploads.keys()], step.nth);
      if (upload !== undefined) run(cancelUpload, { uploadId: upload, reason: 'enough' }, origin);
      return;
    }
    case 'extract': {
      const queued = run(queueJob, { kind: fileExtract, workspace, path: step.where, input: {} }, origin);
      if (queued) jobs.push(queued.jobId);
      return;
    }
    case 'retry job': {
      await hub.durable(); // how a job ended is looked up on disk
      const record = findJob(hub.reader, pick(jobs, step.nth) ?? '');
      if (record) run(retryJob, record, origin);
      return;
    }
    case 'start job':
      run(startJob, { jobId: open('queued') }, HUB);
      return;
    case 'succeed job':
      run(succeedJob, { jobId: open('running'), ms: 5, log: ['looked'], result: { size_bytes: 7 } }, HUB);
      return;
    case 'fail job':
      run(failJob, { jobId: open('running'), ms: 5, log: [], code: 'unreadable_file', message: 'broken' }, HUB);
      return;
    case 'cancel job':
      run(cancelJob, { jobId: pick([...hub.state.jobs.keys()], step.nth) ?? '', reason: 'enough', log: [] }, origin);
      return;
    case 'requeue job':
      run(requeueJob, { jobId: open('running') }, HUB);
      return;
    default:
      step satisfies never;
  }

  function open(status: 'queued' | 'running'): string {
    const fitting = [...hub.state.jobs.values()].filter((job) => job.status === status);
    return pick(fitting, 'nth' in step ? step.nth : 0)?.id ?? 'job_none';
  }
}

function contentOf(bytes: number) {
  return { sizeBytes: bytes, sha256: String(bytes).padStart(64, '0'), mime: 'text/plain' };
}

function pick<T>(list: readonly T[], nth: number): T | undefined {
  return list[nth % Math.max(1, list.length)];
}
