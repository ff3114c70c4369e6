import type { WorkspaceState } from '../../../../protocol/state.ts';
import type { CallContext } from '../call/call-context.ts';
import type { CatalogueDeps } from '../call/catalogue-deps.ts';

/** What a prompt's text is made from. */
export interface PromptSubject {
  readonly deps: CatalogueDeps;
  readonly ctx: CallContext;
  readonly workspace: WorkspaceState;
  /** Normalised; empty for a prompt that takes no path. */
  readonly path: string;
}
