import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/server';
import { jsonBytes } from '../../../protocol/digest.ts';
import { HubError } from '../../../protocol/errors.ts';
import { resolveWorkspace, workspacesOf } from '../../../hub/permission.ts';
import type { CallContext } from './call/call-context.ts';
import type { CatalogueDeps } from './call/catalogue-deps.ts';
import { toRpcError } from '../rpc/agent-error.ts';
import { takesLockedPath } from './prompts/prompts.ts';
import { locksOf } from './views/lock-view.ts';
import { USUAL_ANSWER_BYTES } from './views/page-room.ts';

/** MCP's cap on the values of one answer. */
const MAX_VALUES = 100;

/** Values for the arguments of prompts and resource templates, from what the key may see. */
export class Completions {
  readonly #deps: CatalogueDeps;

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  async complete(params: CompleteRequestParams, ctx: CallContext): Promise<CompleteResult> {
    const { hub } = this.#deps;
    try {
      const { name } = params.argument;
      // Names and paths are kept so, however they are typed.
      const value = params.argument.value.normalize('NFC');
      const values = await this.#values(params, name, value, ctx);
      await hub.durable(hub.changedSeq);
      const shown = withinRoom(values.slice(0, MAX_VALUES));
      const hasMore = values.length > shown.length;
      return { completion: { values: [...shown], hasMore, ...(hasMore ? {} : { total: shown.length }) } };
    } catch (error) {
      throw toRpcError(error);
    }
  }

  async #values(
    params: CompleteRequestParams,
    name: string,
    value: string,
    ctx: CallContext,
  ): Promise<readonly string[]> {
    if (name === 'workspace') return this.#workspaces(value, ctx);
    if (name !== 'path') return [];
    // Not `enterWorkspace`: a half-typed name must not count as a refused access, which ends the connection.
    const workspace = resolveWorkspace(
      this.#deps.hub.state,
      ctx.origin.actor,
      params.context?.arguments?.['workspace'] || undefined,
    );
    if (workspace instanceof HubError) return [];
    const isLockPath = params.ref.type === 'ref/prompt' && takesLockedPath(params.ref.name);
    // Reading is asked of the tool that lists the same; half a word is no attempt, and not logged.
    if (!this.#deps.isGiven(ctx.origin.actor, isLockPath ? 'lock_list' : 'file_list')) return [];
    if (isLockPath) {
      return locksOf(workspace.id, this.#deps.hub.state)
        .map(({ path }) => path)
        .filter((path) => path.startsWith(value));
    }
    const page = await this.#deps.files.list(workspace.id, { prefix: value, limit: MAX_VALUES + 1 });
    return page.items.map(({ path }) => path);
  }

  /** Names first; ids only once `wsp_` has been typed. */
  #workspaces(value: string, ctx: CallContext): readonly string[] {
    const mine = workspacesOf(this.#deps.hub.state, ctx.origin.actor);
    const typed = value.toLowerCase();
    const names = mine.map(({ name }) => name).filter((name) => name.toLowerCase().startsWith(typed));
    const ids = typed.startsWith('wsp_') ? mine.map(({ id }) => id).filter((id) => id.startsWith(typed)) : [];
    return [...names.sort(), ...ids];
  }
}

/** The first values that have room in an answer of the usual size. */
function withinRoom(values: readonly string[]): readonly string[] {
  let left = USUAL_ANSWER_BYTES;
  const end = values.findIndex((value) => (left -= jsonBytes(value) + 1) < 0);
  return end === -1 ? values : values.slice(0, end);
}
