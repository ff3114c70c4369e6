/** A client that can be set up to use this hub, as the desk and the command line show it. */
export interface ClientOffer {
  readonly id: string;
  readonly label: string;
  readonly group: 'terminal' | 'editor' | 'app';
  /** How its MCP client calls itself: beginnings, in small letters. */
  readonly names: readonly string[];
  /** What it is told about using the tools without asking; a sentence. */
  readonly allow: string;
  /** Whether its entry itself can say so. */
  readonly canAllow: boolean;
  readonly snippets: readonly ClientSnippet[];
  /** What is known of the machine that the hub runs on; absent where the desk is on another one. */
  readonly here?: ClientHere;
}

/** A client on the machine of the hub. */
export interface ClientHere {
  /** Whether there is a trace of it. */
  readonly isFound: boolean;
  /** Its file, or the one that it would have. */
  readonly file: string;
  /** What that has under our name: nothing, what Signalbox wrote, or something else. */
  readonly state: 'none' | 'set_up' | 'other' | 'unreadable';
  /** The name of the agent in an entry that starts `signalbox connect`. */
  readonly as?: string;
  /** Why the file cannot be read. */
  readonly problem?: string;
  /** Whether Signalbox wrote it and can take it back. */
  readonly canTakeBack: boolean;
  /** Opens the client, which asks whether to add the server. */
  readonly link?: string;
}

/** Text to copy. */
export interface ClientSnippet {
  /** Starts `signalbox connect`, or goes to the address with a key. */
  readonly way: 'connect' | 'http';
  /** Of a command: the shell that takes it. */
  readonly shell?: 'sh' | 'powershell' | 'cmd';
  /** Where it goes; a sentence. */
  readonly where: string;
  readonly text: string;
}

/** A change to a client's file, before it is made. */
export interface ClientChange {
  readonly file: string;
  /** What the file is a link to, which is what is changed. */
  readonly linkTo?: string;
  /** `same`: there is nothing to change. `replaces`: something else has our name there. */
  readonly kind: 'adds' | 'replaces' | 'same' | 'removes';
  /** The lines that change, with some around them in which no secrets are shown; in the form of `diff -u`. */
  readonly diff: string;
  /** Of the file as it was looked at. */
  readonly digest: string;
}

/** A change that was made. */
export interface ClientChanged {
  readonly file: string;
  /** The file as it was before; absent where there was none. */
  readonly copy?: string;
  /** What is to be done yet; a sentence. */
  readonly next?: string;
}

/** Every client that can be set up. */
export interface ClientList {
  readonly clients: readonly ClientOffer[];
  /** For any other client. */
  readonly others: readonly ClientSnippet[];
  /** Why nothing can be set up from this desk; absent where it can. */
  readonly elsewhere?: string;
}
