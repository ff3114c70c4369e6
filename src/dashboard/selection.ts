/** What the inspector shows. */
export type Selection =
  | { readonly kind: 'event'; readonly seq: number }
  | { readonly kind: 'frame'; readonly id: string }
  /** A frame as it was recorded. */
  | { readonly kind: 'wire'; readonly id: string }
  | { readonly kind: 'lock'; readonly workspace: string; readonly path: string }
  | { readonly kind: 'job'; readonly jobId: string }
  | { readonly kind: 'file'; readonly workspace: string; readonly path: string; readonly version?: number }
  | { readonly kind: 'session'; readonly sessionId: string }
  | { readonly kind: 'key'; readonly keyId: string }
  /** A refused connection. */
  | { readonly kind: 'refused'; readonly id: number };

/** A text that two selections share exactly when they mean the same thing. */
export function selectionId(selection: Selection): string {
  switch (selection.kind) {
    case 'event':
      return `event ${selection.seq}`;
    case 'frame':
      return `frame ${selection.id}`;
    case 'wire':
      return `wire ${selection.id}`;
    case 'lock':
      return `lock ${selection.workspace}\n${selection.path}`;
    case 'job':
      return `job ${selection.jobId}`;
    case 'file':
      return `file ${selection.workspace}\n${selection.path}\n${selection.version ?? ''}`;
    case 'session':
      return `session ${selection.sessionId}`;
    case 'key':
      return `key ${selection.keyId}`;
    case 'refused':
      return `refused ${selection.id}`;
    default:
      return selection satisfies never;
  }
}
