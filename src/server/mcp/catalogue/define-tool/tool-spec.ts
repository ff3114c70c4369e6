import type { ContentBlock } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { HubError } from '../../../../protocol/errors.ts';
import type { Role } from '../../../../protocol/roles.ts';
import type { Call } from '../call/tool-call.ts';
import type { FileArguments } from './named-files.ts';
import type { ToolEffect, ToolSet } from './tool.ts';

/** What a tool answers: its result, a sentence that says it, and other content where text will not do. */
export interface ToolOutput<Result> {
  readonly result: Result;
  readonly say: string;
  /** In place of the text made of `say` and `result`. */
  readonly content?: ContentBlock[];
  /** Called before the answer is sent: the refusal to send instead, where the call was cancelled and its effect undone. */
  readonly takenBack?: () => HubError | undefined;
  /**
   * Seq of the last event that the answer reports, where it saw nothing else of the state: it is given
   * once that is on disk, and does not wait for the call's own line. Default: all that is applied by then.
   */
  readonly sawSeq?: number;
}

/**
 * What a run comes to: an answer, or how to read one once all that the run committed is on disk, for
 * what only the projections know.
 */
export type Ran<Result> = ToolOutput<Result> | { readonly onceOnDisk: () => ToolOutput<Result> };

export interface ToolSpec<In extends z.ZodRawShape, Out extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly role: Role;
  /** True for a tool that needs no existing workspace: a key without any role may call it too. */
  readonly needsNoWorkspace?: boolean;
  readonly effect: ToolEffect;
  /** The set beside the core that it belongs to: a key has it on request only. Left out for a core tool. */
  readonly set?: ToolSet;
  /** Whether its answer may be large without being asked for that by `max_bytes`. */
  readonly mayBeLarge?: boolean;
  /** Whether the same call again changes nothing more. */
  readonly idempotent: boolean;
  readonly input: In;
  /** Arguments that are secrets: the log has nothing of them, not even in the digest. */
  readonly secrets?: readonly (keyof In & string)[];
  /** Which arguments name a file, and which its version: `namesFile`, `namesNoFile` or its own. The desk shows such calls beside the file. */
  files(args: z.output<z.ZodObject<In, z.core.$strict>>): readonly FileArguments[];
  /**
   * Arguments that the log has as they were given, cut short: names, ids, paths, numbers. Never content, nor what
   * lets somebody do something (tokens, passwords).
   */
  readonly logs: readonly (keyof In & string)[];
  /** Arguments of which the log has the size alone, such as contents. */
  readonly logsSizeOf?: readonly (keyof In & string)[];
  /** Checks that span several arguments. */
  readonly check?: (args: z.output<z.ZodObject<In, z.core.$strict>>) => HubError | undefined;
  readonly output: Out;
  /**
   * Commits, and does not wait for the disk: that is done once, together with the call's line in the
   * log, before the answer goes out.
   */
  run(
    args: z.output<z.ZodObject<In, z.core.$strict>>,
    call: Call,
  ): Ran<z.output<z.ZodObject<Out>>> | Promise<Ran<z.output<z.ZodObject<Out>>>>;
}
