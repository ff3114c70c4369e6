import { HubError } from '../../../../protocol/errors.ts';
import type { Role } from '../../../../protocol/roles.ts';
import type { HubState, KeyState, WorkspaceState } from '../../../../protocol/state.ts';
import { resolveWorkspace } from '../../../../hub/permission.ts';
import { enterAnywhere, enterJob, enterThing, enterUpload, enterWorkspace, noteDenied, toolNotGiven } from './enter.ts';
import type { CallContext } from './call-context.ts';
import type { CatalogueDeps } from './catalogue-deps.ts';
import { type FoundNews, type NewsReader, readerOf } from '../news/news-desk.ts';

/** One call of a tool while it runs: the caller, what it may reach, and the workspace that it is about. */
export class Call {
  readonly deps: CatalogueDeps;
  readonly ctx: CallContext;
  readonly #tool: string;
  readonly #role: Role;
  readonly #said = { seqs: new Set<number>(), about: new Set<string>() };
  #workspace: string | undefined;

  constructor(deps: CatalogueDeps, ctx: CallContext, tool: string, role: Role) {
    this.deps = deps;
    this.ctx = ctx;
    this.#tool = tool;
    this.#role = role;
  }

  get state(): HubState {
    return this.deps.hub.state;
  }

  /** The caller's key as it is now. */
  get key(): KeyState {
    return this.state.keys.get(this.ctx.key.id) ?? this.ctx.key;
  }

  /** The refusal, logged, of a tool that the key does not have. */
  notGiven(): HubError {
    const refusal = toolNotGiven(this.#tool);
    this.denied(refusal);
    return refusal;
  }

  /** Id of the first workspace entered: the one the call is logged under. */
  get workspaceId(): string | undefined {
    return this.#workspace;
  }

  /**
   * The workspace by id or name, the key's only one when omitted, where its role is at least the
   * tool's (or `need`).
   * @throws HubError
   */
  workspace(idOrName: string | undefined, need: Role = this.#role): WorkspaceState {
    try {
      const found = enterWorkspace(this.deps.hub, this.ctx, idOrName, need, this.#tool);
      this.#workspace ??= found.id;
      return found;
    } catch (error) {
      // A refusal for too low a role belongs to the workspace, whose owners read its audit.
      const seen = resolveWorkspace(this.state, this.ctx.origin.actor, idOrName);
      if (!(seen instanceof HubError)) this.#workspace ??= seen.id;
      throw error;
    }
  }

  /**
   * Checks the caller's role where a job lies, of which it knows only the id; the call is logged under that workspace.
   * @throws HubError `not_found` for a job that it does not see, `forbidden`
   */
  async job(jobId: string): Promise<void> {
    this.#workspace ??= await enterJob(this.deps, this.ctx, jobId, this.#role, this.#tool);
  }

  /** {@link job} for an upload. */
  async upload(uploadId: string): Promise<void> {
    this.#workspace ??= await enterUpload(this.deps, this.ctx, uploadId, this.#role, this.#tool);
  }

  /**
   * {@link job} for a thing of the live state, by the workspace that it lies in; undefined where there is none.
   * @throws HubError `missing` for one that it does not see, `forbidden`
   */
  thing(workspace: string | undefined, missing: HubError): void {
    this.#workspace ??= enterThing(this.deps.hub, this.ctx, { workspace, missing, need: this.#role }, this.#tool);
  }

  /** The call is logged under a workspace that it got to by a secret. */
  about(workspace: string): void {
    this.#workspace ??= workspace;
  }

  /** The answer gives an event, or the end of a job: it is no news beside it. */
  says({ seq, jobId }: { readonly seq?: number; readonly jobId?: string }): void {
    if (seq !== undefined) this.#said.seqs.add(seq);
    if (jobId !== undefined) this.#said.about.add(jobId);
  }

  /** The caller, as one that has news. */
  get caller(): NewsReader {
    const { origin, sessionId } = this.ctx;
    return readerOf(origin.actor, { sessionId, frame: String(origin.cause ?? '') });
  }

  /** What is new for the caller since its last call, beside what its answer says; it counts as delivered from now on. */
  news(): FoundNews | undefined | Promise<FoundNews | undefined> {
    // An answer that is not delivered has no news; and the person may have turned news off.
    if (this.ctx.signal.aborted || this.key.news === false) return undefined;
    return this.deps.news.take(this.caller, this.#said);
  }

  /** Logs that what the caller tried was refused. */
  denied(refusal: HubError): void {
    noteDenied(this.deps.hub, this.ctx, refusal, this.#tool);
  }

  /**
   * For a call that is about no existing workspace: the key's best role anywhere must be at least the tool's.
   * @throws HubError `forbidden`
   */
  anywhere(): void {
    enterAnywhere(this.deps.hub, this.ctx, this.#role, this.#tool);
  }
}
