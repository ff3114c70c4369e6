import type { ReturnKind } from '../../protocol/agent-login.ts';
import type { Role } from '../../protocol/roles.ts';
import type { RegisteredClient } from './client-ids.ts';

/** What a client asks for by the page that it opens. */
export interface LoginAsked {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly returnKind: ReturnKind;
  /** Of PKCE, by S256. */
  readonly challenge: string;
  /** Handed back as it came. */
  readonly state: string | undefined;
  readonly issuer: string;
  readonly resource: string;
  /** IP address of the browser. */
  readonly address: string;
}

/** What the person gives to a client: a key of this name, with this role in this workspace (its id). */
export interface LoginGrant {
  readonly name: string;
  readonly role: Role;
  readonly workspace: string;
}
