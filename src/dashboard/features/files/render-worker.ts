import { markdownBlocks } from './markdown-blocks.ts';
import type { Rendered, RenderRequest } from './rendered-model.ts';
import { tableOfValues } from './value-table.ts';

/*
 * Takes texts apart in a thread that the page can end: agents write them, and one that keeps its reader busy keeps
 * nobody else.
 */

/** What of a worker's scope is used; the types of pages are in force here. */
interface RenderScope {
  onmessage: ((event: MessageEvent<RenderRequest>) => void) | null;
  postMessage(answer: Rendered): void;
}
const scope = globalThis as unknown as RenderScope;

scope.onmessage = ({ data: { kind, text } }) => {
  scope.postMessage(kind === 'markdown' ? markdownBlocks(text) : tableOfValues(text));
};
