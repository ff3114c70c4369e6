import type { Selection } from './selection.ts';

/**
 * What the inspector shows, as a part of the address: `event.15877`, `lock.wsp_…/plan.md`, `file.wsp_…/3/plan.md`.
 * Undefined for a refused connection: each launch of the hub numbers its own.
 */
export function formatSelection(selection: Selection): string | undefined {
  return selection.kind === 'refused' ? undefined : `${selection.kind}.${partsOf(selection).join('/')}`;
}

function partsOf(selection: Exclude<Selection, { kind: 'refused' }>): readonly (string | number)[] {
  switch (selection.kind) {
    case 'event':
      return [selection.seq];
    case 'frame':
    case 'wire':
      return [selection.id];
    case 'lock':
      return [selection.workspace, selection.path];
    case 'job':
      return [selection.jobId];
    case 'file':
      return [selection.workspace, selection.version ?? '', selection.path];
    case 'session':
      return [selection.sessionId];
    case 'key':
      return [selection.keyId];
    default:
      return selection satisfies never;
  }
}

/** The inverse of {@link formatSelection}; undefined for anything else that stands in an address. */
export function parseSelection(text: string): Selection | undefined {
  const dot = text.indexOf('.');
  const kind = text.slice(0, Math.max(0, dot));
  const rest = text.slice(dot + 1);
  if (rest === '') return undefined;
  const [workspace, below] = cut(rest);
  const [version, path] = cut(below);
  switch (kind) {
    case 'event':
      return isNumber(rest) ? { kind, seq: Number(rest) } : undefined;
    case 'frame':
    case 'wire':
      return { kind, id: rest };
    case 'lock':
      return below === '' ? undefined : { kind, workspace, path: below };
    case 'job':
      return { kind, jobId: rest };
    case 'file':
      if (path === '' || (version !== '' && !isNumber(version))) return undefined;
      return { kind, workspace, path, ...(version === '' ? {} : { version: Number(version) }) };
    case 'session':
      return { kind, sessionId: rest };
    case 'key':
      return { kind, keyId: rest };
    default:
      return undefined;
  }
}

/** What is before the first slash, and what is behind it. */
function cut(text: string): readonly [string, string] {
  const slash = text.indexOf('/');
  return slash === -1 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/u.test(text);
}
