import { HubError } from '../../protocol/errors.ts';
import type {
  KnowledgeAnswer,
  Citation,
  Found,
  KnowledgeFile,
  KnowledgeFileState,
  KnowledgePlan,
  KnowledgeStatus,
  Passage,
} from '../../protocol/knowledge.ts';
import type { Page } from '../../protocol/records.ts';
import type { Files } from '../files/files.ts';
import type { Hub, EncodedEvent } from '../hub.ts';
import { ProcessRunner } from '../jobs/process-runner.ts';
import type { Runner } from '../jobs/runner.ts';
import { encodeCursor, pageLimit } from '../paging.ts';
import { PartyTurns } from '../party-turns.ts';
import type { Indexer } from './indexer.ts';

export interface KnowledgeOptions {
  /** Where files are read. Default: processes on the Node that runs the hub. */
  readonly runner?: Runner | undefined;
}

export interface KnowledgeRequest {
  readonly query: string;
  readonly limit?: number;
  /** Files, folders that end with `/`, or globs; all files when left out. */
  readonly paths?: readonly string[];
}

const USUAL_PASSAGES = 8;
/** Questions of one party that run or wait. */
const PER_PARTY = 4;
const NO_FILES = { queued: 0, indexed: 0, unsupported: 0, failed: 0 };

/**
 * What the files of a workspace say: an index of their texts, where that is switched on. It is made by a thread, of
 * texts that are read in processes; none of it is loaded before it is needed. Asking does not check roles: the caller must.
 */
export class Knowledge {
  readonly #hub: Hub;
  readonly #files: Files;
  readonly #options: KnowledgeOptions;
  readonly #stop: () => void;
  readonly #turns = new PartyTurns({ most: PER_PARTY, what: 'questions', retryAfterMs: 500 });
  #indexer: Promise<Indexer> | undefined;
  #isClosed = false;

  constructor(hub: Hub, files: Files, options: KnowledgeOptions = {}) {
    this.#hub = hub;
    this.#files = files;
    this.#options = options;
    this.#stop = hub.subscribe((batch) => this.#onEvents(batch));
  }

  /** To be called once the hub has started: goes on with the workspaces that are switched on. */
  start(): void {
    if (this.#isWanted()) void this.#begun().catch(() => undefined); // said there
  }

  /** What would be read of a workspace. */
  async plan(workspace: string): Promise<KnowledgePlan> {
    const { planOf } = await import('./plan.ts');
    await this.#hub.durable(this.#hub.changedSeq);
    return planOf(this.#hub.reader, workspace);
  }

  /** The cursor of the page of {@link files} that begins after a path. */
  cursorAfter(path: string): string {
    return encodeCursor([path]);
  }

  async status(workspace: string): Promise<KnowledgeStatus> {
    await this.#hub.durable(this.#hub.changedSeq);
    if (!this.#isOn(workspace)) return { state: 'off', files: NO_FILES, passages: 0, pages: 0, seq: 0 };
    return this.#statusNow(await this.#begun(), workspace);
  }

  /** Files by path, with what has become of each. */
  async files(
    workspace: string,
    request: {
      readonly state?: KnowledgeFileState | undefined;
      readonly limit?: number | undefined;
      readonly cursor?: string | undefined;
    },
  ): Promise<Page<KnowledgeFile>> {
    if (!this.#isOn(workspace)) return { items: [] };
    const indexer = await this.#begun();
    const { state, cursor } = request;
    return indexer.ask('files', {
      workspace,
      limit: pageLimit(request.limit, 100),
      ...(state === undefined ? {} : { state }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  /**
   * The passages that fit a question best, of files that are there.
   *
   * @param party who asks: one may have so many questions at once
   * @throws HubError `unsupported` where the workspace is not indexed, `limit_reached`, `invalid_argument`
   */
  search(party: string, workspace: string, { limit = USUAL_PASSAGES, ...request }: KnowledgeRequest): Promise<Found> {
    return this.#turns.run(party, async () => {
      const indexer = await this.#on(workspace);
      const { passages } = await indexer.ask('search', { workspace, ...request, limit });
      const status = await this.#statusNow(indexer, workspace);
      return { status, passages: passages.flatMap((passage) => this.#present(workspace, passage)) };
    });
  }

  /** An answer in words of the files, each with its citation; see {@link search}. */
  ask(party: string, workspace: string, { query, paths }: Omit<KnowledgeRequest, 'limit'>): Promise<KnowledgeAnswer> {
    return this.#turns.run(party, async () => {
      const indexer = await this.#on(workspace);
      const found = await indexer.ask('ask', { workspace, query, ...(paths === undefined ? {} : { paths }) });
      const citations = found.citations.flatMap((citation) => this.#present(workspace, citation));
      return { ...found, citations, status: await this.#statusNow(indexer, workspace) };
    });
  }

  /** Resolves once all that has happened so far is in the indexes. */
  async settled(): Promise<void> {
    await (await this.#indexer)?.settled();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
    const indexer = await this.#indexer?.catch(() => undefined);
    await indexer?.close();
  }

  /** A part of a file as the file is now: the index may not know yet that it was moved, or deleted. */
  #present<Part extends Passage | Citation>(workspace: string, part: Part): readonly Part[] {
    const file = this.#hub.files.byId(part.fileId);
    if (!file || file.workspace !== workspace || file.deletedAt !== undefined) return [];
    if (!this.#hub.files.version(part.fileId, part.version)) return [];
    return [{ ...part, path: file.path }];
  }

  async #statusNow(indexer: Indexer, workspace: string): Promise<KnowledgeStatus> {
    const totals = await indexer.ask('totals', { workspace });
    return { ...this.#stateOf(indexer, workspace), ...totals };
  }

  #stateOf(indexer: Indexer, workspace: string): Omit<KnowledgeStatus, 'passages' | 'pages'> {
    const status = indexer.statusOf(workspace);
    if (!status) return { state: 'indexing', files: NO_FILES, seq: 0 };
    const { isNew: _isNew, ...known } = status;
    return { ...known, state: status.files.queued === 0 ? 'ready' : 'indexing' };
  }

  async #on(workspace: string): Promise<Indexer> {
    await this.#hub.durable(this.#hub.changedSeq);
    if (this.#isOn(workspace)) return this.#begun();
    throw new HubError(
      'unsupported',
      'This workspace is not indexed. Its owner switches that on with workspace_update and intelligence: true, or the person on the Knowledge screen. Until then, file_find and file_read find what is in it.',
    );
  }

  #isOn(workspace: string): boolean {
    return this.#hub.state.workspaces.get(workspace)?.intelligence === true;
  }

  #isWanted(): boolean {
    return this.#hub.state.workspaces.values().some(({ intelligence }) => intelligence);
  }

  #begun(): Promise<Indexer> {
    if (this.#isClosed) return Promise.reject(new HubError('hub_closed', 'The hub is closing.'));
    this.#indexer ??= this.#begin().catch((error: unknown) => {
      this.#hub.logger?.error({ err: error }, 'Workspaces could not be indexed');
      this.#indexer = undefined;
      throw error;
    });
    return this.#indexer;
  }

  async #begin(): Promise<Indexer> {
    const { Indexer: Begun } = await import('./indexer.ts');
    const indexer = new Begun(this.#hub, this.#files, this.#options.runner ?? new ProcessRunner());
    indexer.match();
    this.#follow = (batch) => indexer.follow(batch);
    return indexer;
  }

  #follow: (batch: readonly EncodedEvent[]) => void = () => undefined;

  #onEvents(batch: readonly EncodedEvent[]): void {
    if (this.#indexer) this.#follow(batch);
    else if (batch.some(({ event }) => event.type === 'workspace.updated' && event.intelligence === true)) this.start();
  }
}
