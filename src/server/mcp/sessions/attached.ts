/** Something of a session that must end with it: a reply on its way, a stream of its own. */
export interface Attached {
  end(reason: string): void;
  /** The list of tools is another now. */
  toolsChanged?(): void;
  /** The session's key may not read a workspace any more. */
  workspaceLost?(workspace: string, reason: string): void;
}
