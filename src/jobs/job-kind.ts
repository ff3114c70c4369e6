import { z } from 'zod';
import { HubError } from '../protocol/errors.ts';
import type { Role } from '../protocol/roles.ts';
import type { JobFacts } from './job-facts.ts';

/** What one job of a kind may use. A job over one of them is ended and fails. Other jobs are not affected. */
export interface JobLimits {
  /** From its start to its end, at most. */
  readonly timeMs: number;
  /** For a small file less: so much, and more for each MiB of it. */
  readonly bySize?: { readonly leastMs: number; readonly msPerMiB: number };
  /** Of its process in all: heap, buffers and what native libraries take. */
  readonly memoryMiB: number;
  /** Largest file that it is queued for; of a kind that works on a folder, all files in it together. */
  readonly inputBytes: number;
  /** Largest result, as JSON. */
  readonly outputBytes: number;
  /** Jobs of this kind that run at the same time, of all askers together. */
  readonly atOnce: number;
}

/** Ms that a job may take on a file of so many bytes, or on none. */
export function timeFor({ timeMs, bySize }: JobLimits, sizeBytes: number | undefined): number {
  if (!bySize || sizeBytes === undefined) return timeMs;
  return Math.min(timeMs, bySize.leastMs + Math.ceil(sizeBytes / 2 ** 20) * bySize.msPerMiB);
}

/** The file that a kind writes. Its tool takes `into`, `if_version` and `lock_token` besides the kind's arguments. */
export interface JobOutput {
  /**
   * Where it goes when nobody says: of the file or folder that the job works on (if it has one) and its arguments a path,
   * or a folder that ends with a slash, `''` for the top: then the work names the file.
   */
  readonly into: (path: string | undefined, input: Readonly<Record<string, unknown>>) => string;
  /** What it will likely be called in a folder. */
  readonly name?: (input: Readonly<Record<string, unknown>>) => string;
  /** Largest file that it may write. */
  readonly sizeBytes: number;
}

/** The version of a file that a job is asked for on. */
export interface JobSource {
  readonly path: string;
  readonly mime: string;
  readonly sizeBytes: number;
}

/** Everything that the hub, the agents and the dashboard know of a kind of job, but for the work itself. */
export interface JobKind<Input extends z.ZodRawShape = z.ZodRawShape, Result extends z.ZodRawShape = z.ZodRawShape> {
  /** In snake_case. It is the name of the tool and in the log, and in kebab-case that of the folder. */
  readonly name: string;
  /** What it does, for menus, forms and tool lists: "Extract metadata". */
  readonly title: string;
  readonly words: {
    /** To follow "asked for", before "of" and the path: "an extract". */
    readonly noun: string;
    /** To follow "the job", before the path: "extracts". */
    readonly verb: string;
  };
  /** Of the tool: what it gives, with all that an agent should know before it calls. */
  readonly description: string;
  /** For the guide, to follow the tool's name: "finds out what a file is". */
  readonly summary: string;
  /** The least role in the workspace that may ask for it. */
  readonly role: Role;
  /**
   * `more`: its tool is beside the core, and a key has it on request only. Left out for a kind that each agent needs:
   * the usual list of tools has little room.
   */
  readonly set?: 'more';
  /** Arguments besides the workspace, the path and the version. The dashboard makes its form of them. */
  readonly input: Input;
  /**
   * What it works on. Left out: a version of one file. `folder`: all files below a folder, as they are when its turn
   * comes. `none`: on no file of the workspace, all that it needs is in its arguments.
   */
  readonly source?: 'folder' | 'none';
  /** For a kind that writes a file. */
  readonly output?: JobOutput;
  /** Why it cannot be done with these arguments, or on this file, as far as that can be said without its content. */
  readonly refuses?: (input: Readonly<Record<string, unknown>>, source: JobSource | undefined) => HubError | undefined;
  /** Jobs of other kinds that follow on the file that it wrote. */
  readonly next?: (
    input: Readonly<Record<string, unknown>>,
  ) => readonly { readonly kind: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** What a job that succeeds leaves in the log. */
  readonly result: Result;
  readonly limits: JobLimits;
  /** The result in a few words, for a line of a list. Results of older versions are given too. */
  readonly gist: (result: Readonly<Record<string, unknown>>) => string;
  /** The result taken apart for people. Results of older versions are given too. */
  readonly facts: (result: Readonly<Record<string, unknown>>) => JobFacts;
  /**
   * A small job that succeeds: every kind's is run by the tests, on a file of this path with this text; of a kind that
   * works on a folder, on the folder that this file is in.
   */
  readonly example: { readonly path: string; readonly text: string; readonly input: z.input<z.ZodObject<Input>> };
}

/** Checks a kind's description as TypeScript sees it; a kind's folder exports what this gives. */
export function defineKind<const Input extends z.ZodRawShape, const Result extends z.ZodRawShape>(
  kind: JobKind<Input, Result>,
): JobKind<Input, Result> {
  return kind;
}

/** A kind with the types of its arguments and result left out, as lists hold it. */
export type AnyJobKind = JobKind;

/** Longest arguments of a job, as JSON: they stand in the log, and everybody in the workspace is notified of them. */
const MAX_INPUT_BYTES = 16 * 1024;

/**
 * A job's arguments, with defaults filled in.
 * @returns HubError `invalid_argument` with all that is wrong in them, `too_large`
 */
export function parseInput(kind: AnyJobKind, given: unknown): Readonly<Record<string, unknown>> | HubError {
  const parsed = z.strictObject(kind.input).safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`);
    return new HubError('invalid_argument', `${kind.name} cannot be done like this. ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  if (new TextEncoder().encode(JSON.stringify(parsed.data)).byteLength > MAX_INPUT_BYTES) {
    return new HubError('too_large', `The arguments of ${kind.name} are longer than ${MAX_INPUT_BYTES} bytes.`);
  }
  return parsed.data;
}
